//! The parallel driver: many workers, one order.
//!
//! Workers take items from one source, one or a group of small ones at a time, work on them side by side, and hand
//! the results on in the order of the source. At most [`window`] results, and few megabytes of them, wait beside the one that is being
//! handed on, so memory does not grow with the number of items, and the output is the same for any number of
//! workers.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Results that may wait for each worker before it has to wait itself: enough to ride over one
/// document a hundred times as long as its neighbours.
const WAITING_PER_WORKER: usize = 128;

/// Bytes of results that may wait: what a few hundred documents full of findings give.
const MOST_WAITING_BYTES: usize = 16 << 20;

/// Items for each worker that are worked on one by one at the start of a run, so that a run of a few keeps all workers
/// busy.
const ALONE_PER_WORKER: usize = 16;

/// The most results that wait for an earlier one.
#[must_use]
pub const fn window(threads: usize) -> usize {
    threads * WAITING_PER_WORKER
}

struct Source<I> {
    items: I,
    next: usize,
}

struct Output<R, C> {
    waiting: BTreeMap<usize, R>,
    waiting_bytes: usize,
    next: usize,
    /// Workers that wait for room: waking costs a system call, even where nobody sleeps.
    asleep: usize,
    stopped: bool,
    /// Who takes the results; away while one of the workers hands results on.
    consume: Option<C>,
}

impl<R, C> Output<R, C> {
    /// Takes out the next result and what it is handed to, if both are there.
    fn take_next(&mut self, weigh: fn(&R) -> usize) -> Option<(R, C)> {
        if self.stopped || self.consume.is_none() {
            return None;
        }
        let result = self.waiting.remove(&self.next)?;
        self.next += 1;
        self.waiting_bytes -= weigh(&result);
        self.consume.take().map(|consume| (result, consume))
    }
}

/// Works on every item and consumes the results in the order of the items.
///
/// `weigh` tells how many bytes a result takes while it waits. `consume` ends the run early by
/// [`ControlFlow::Break`]; items not yet taken are left then. With one thread everything happens on
/// the calling one.
///
/// # Panics
/// When `work` or `consume` does; the other workers come to an end.
pub fn for_each_in_order<T, R, I, W, C>(items: I, threads: usize, work: W, weigh: fn(&R) -> usize, consume: C)
where
    T: Send,
    R: Send,
    I: Iterator<Item = T> + Send,
    W: Fn(T) -> R + Sync,
    C: FnMut(R) -> ControlFlow<()> + Send,
{
    let groups = Groups { items, joins: |_| false, is_enough: |_, _| true };
    let work = |items: Vec<T>| items.into_iter().map(&work);
    for_each_group_in_order(groups, threads, |item| (item, 0), work, weigh, consume);
}

/// Items of which it is better to work on some together.
pub struct Groups<I> {
    /// The items.
    pub items: I,
    /// Whether the next item is at hand and may be worked on together with those before it. What has to be waited for
    /// would keep back what is ready.
    pub joins: fn(&mut I) -> bool,
    /// Whether a group of so many items, of sizes that make so much together, takes no more of them.
    pub is_enough: fn(usize, usize) -> bool,
}

/// The same for items in groups.
///
/// A worker takes items one by one and makes each ready with `prepare`, which tells its size as well, until the group
/// is enough; `work` then gives a result for each, in their order, and each is handed on before the next one is made.
/// The first items of a run are groups of one.
///
/// # Panics
/// When `prepare`, `work` or `consume` does; the other workers come to an end.
pub fn for_each_group_in_order<T, P, R, I, A, W, O, C>(
    groups: Groups<I>,
    threads: usize,
    prepare: A,
    work: W,
    weigh: fn(&R) -> usize,
    consume: C,
) where
    T: Send,
    R: Send,
    I: Iterator<Item = T> + Send,
    A: Fn(T) -> (P, usize) + Sync,
    W: Fn(Vec<P>) -> O + Sync,
    O: Iterator<Item = R>,
    C: FnMut(R) -> ControlFlow<()> + Send,
{
    let Groups { items, joins, is_enough } = groups;
    let source = Mutex::new(Source { items, next: 0 });
    let (waiting, consume) = (BTreeMap::new(), Some(consume));
    let output = Mutex::new(Output { waiting, waiting_bytes: 0, next: 0, asleep: 0, stopped: false, consume });
    let room = Condvar::new();
    let limit = window(threads);

    // The next group, and the places of its items.
    let take_group = || {
        let (mut places, mut group, mut size) = (Vec::new(), Vec::new(), 0_usize);
        loop {
            let (place, item) = {
                let mut source = lock(&source);
                if !group.is_empty() && !joins(&mut source.items) {
                    break;
                }
                let Some(item) = source.items.next() else { break };
                source.next += 1;
                (source.next - 1, item)
            };
            let (ready, more) = prepare(item);
            places.push(place);
            group.push(ready);
            size = size.saturating_add(more);
            if place < threads * ALONE_PER_WORKER || is_enough(group.len(), size) {
                break;
            }
        }
        (places, group)
    };
    // Hands a result on in its turn; whether the run goes on.
    let hand_on = |place: usize, result: R| {
        let mut state = lock(&output);
        // The worker that holds the next result never waits, so the others wait for it only.
        let has_room = |output: &Output<R, C>| {
            place == output.next || (place < output.next + limit && output.waiting_bytes < MOST_WAITING_BYTES)
        };
        while !has_room(&state) && !state.stopped {
            state.asleep += 1;
            state = room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.asleep -= 1;
        }
        state.waiting_bytes += weigh(&result);
        state.waiting.insert(place, result);
        // Consuming writes, so it takes long enough to keep the others waiting if it held the lock.
        while let Some((result, mut consume)) = state.take_next(weigh) {
            drop(state);
            let outcome = catch_unwind(AssertUnwindSafe(|| consume(result)));
            state = lock(&output);
            let outcome = outcome.unwrap_or_else(|panic| stop(&mut state, &room, panic));
            state.stopped |= outcome.is_break();
            state.consume = Some(consume);
            if state.asleep > 0 {
                room.notify_all();
            }
        }
        !state.stopped
    };
    let work_on_group = || {
        let (places, group) = take_group();
        if group.is_empty() {
            return false;
        }
        let mut results = places.into_iter().zip(work(group));
        results.all(|(place, result)| hand_on(place, result))
    };
    let worker = || {
        let run = || while work_on_group() {};
        // The others would wait for the results of this worker for ever.
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| stop(&mut lock(&output), &room, panic));
    };
    // Without a pool (the system gives no threads, say) one thread does it all.
    let pool = (threads > 1).then(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    match pool.flatten() {
        Some(pool) => {
            pool.broadcast(|_| worker());
        }
        None => worker(),
    }
}

/// Ends the run with the panic of one worker.
fn stop<R, C>(output: &mut Output<R, C>, room: &Condvar, panic: Box<dyn Any + Send>) -> ! {
    output.stopped = true;
    room.notify_all();
    resume_unwind(panic)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            let slow_first = |item: usize| {
                sleep(Duration::from_micros(if item.is_multiple_of(10) { 500 } else { 1 }));
                item
            };
            for_each_in_order(
                0..400,
                threads,
                slow_first,
                |_| 0,
                |item| {
                    seen.push(item);
                    ControlFlow::Continue(())
                },
            );
            assert_eq!(seen, (0..400).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_slow_item_holds_the_others_back() {
        let done = AtomicUsize::new(0);
        let most_ahead = AtomicUsize::new(0);
        let work = |item: usize| {
            if item == 0 {
                sleep(Duration::from_millis(100));
                most_ahead.store(done.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            done.fetch_add(1, Ordering::SeqCst);
        };
        for_each_in_order(0..10_000, 2, work, |()| 0, |()| ControlFlow::Continue(()));
        assert!(most_ahead.load(Ordering::SeqCst) <= window(2) + 2);
        assert_eq!(done.load(Ordering::SeqCst), 10_000);
    }

    #[test]
    fn heavy_results_wait_sooner() {
        let done = AtomicUsize::new(0);
        let most_ahead = AtomicUsize::new(0);
        let work = |item: usize| {
            if item == 0 {
                sleep(Duration::from_millis(100));
                most_ahead.store(done.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            done.fetch_add(1, Ordering::SeqCst);
        };
        for_each_in_order(0..1_000, 2, work, |()| MOST_WAITING_BYTES / 4, |()| ControlFlow::Continue(()));
        assert!(most_ahead.load(Ordering::SeqCst) <= 6, "{most_ahead:?}");
        assert_eq!(done.load(Ordering::SeqCst), 1_000);
    }

    #[test]
    fn groups_end_where_it_is_enough() {
        for threads in [1, 2, 7] {
            let groups = Mutex::new(Vec::new());
            let work = |items: Vec<usize>| {
                lock(&groups).push(items.clone());
                items.into_iter()
            };
            let mut seen = Vec::new();
            let consume = |item| {
                seen.push(item);
                ControlFlow::Continue(())
            };
            // One in ten fills a group by itself.
            let prepare = |item: usize| (item, if item.is_multiple_of(10) { usize::MAX } else { 1 });
            let is_enough = |count, size| count == 4 || size > 4;
            let groups_of_four = Groups { items: 0..4000, joins: |items| items.start % 7 > 0, is_enough };
            for_each_group_in_order(groups_of_four, threads, prepare, work, |_| 0, consume);
            assert_eq!(seen, (0..4000).collect::<Vec<_>>());
            let groups = lock(&groups);
            for group in groups.iter() {
                assert!(group.is_sorted() && group.len() <= 4, "{group:?}");
                assert!(group[..group.len() - 1].iter().all(|item| !item.is_multiple_of(10)), "{group:?}");
                assert!(group[1..].iter().all(|item| !item.is_multiple_of(7)), "{group:?}");
            }
            assert!(groups.iter().any(|group| group.len() == 4));
            let alone = groups.iter().filter(|group| group[0] < threads * ALONE_PER_WORKER);
            assert_eq!(alone.map(Vec::len).max(), Some(1));
        }
    }

    #[test]
    fn a_panic_while_a_group_is_made_ready_does_not_leave_the_others_waiting() {
        let prepare = |item: usize| {
            assert_ne!(item, 500, "a fault");
            (item, 1)
        };
        let consume = |_| ControlFlow::Continue(());
        let run = || {
            let groups = Groups { items: 0..100_000, joins: |_| true, is_enough: |count, _| count == 4 };
            for_each_group_in_order(groups, 3, prepare, Vec::into_iter, |_| 0, consume);
        };
        assert!(catch_unwind(run).is_err());
    }

    #[test]
    fn results_of_a_group_are_handed_on_before_the_next_is_made() {
        let (made, handed_on) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |items: Vec<usize>| {
            items.into_iter().inspect(|_| {
                made.fetch_add(1, Ordering::SeqCst);
                assert_eq!(made.load(Ordering::SeqCst), handed_on.load(Ordering::SeqCst) + 1);
            })
        };
        let consume = |_| {
            handed_on.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Continue(())
        };
        let groups = Groups { items: 0..1000, joins: |_| true, is_enough: |count, _| count == 40 };
        for_each_group_in_order(groups, 1, |item| (item, 1), work, |_| 0, consume);
        assert_eq!(handed_on.load(Ordering::SeqCst), 1000);
    }

    #[test]
    fn a_panic_does_not_leave_the_others_waiting() {
        let work = |item: usize| assert_ne!(item, 500, "a fault");
        let run = || for_each_in_order(0..100_000, 3, work, |()| 0, |()| ControlFlow::Continue(()));
        assert!(catch_unwind(run).is_err());
    }

    #[test]
    fn a_panic_of_the_consumer_does_not_leave_the_others_waiting() {
        let consume = |item: usize| {
            assert_ne!(item, 500, "a fault");
            ControlFlow::Continue(())
        };
        let run = || for_each_in_order(0..100_000, 3, |item: usize| item, |_| 0, consume);
        assert!(catch_unwind(run).is_err());
    }

    #[test]
    fn a_slow_consumer_leaves_the_workers_free() {
        let done = AtomicUsize::new(0);
        let work = |item: usize| {
            done.fetch_add(1, Ordering::SeqCst);
            item
        };
        let (started, patience) = (Instant::now(), Duration::from_secs(60));
        let consume = |item| {
            while item == 0 && done.load(Ordering::SeqCst) < window(2) {
                assert!(started.elapsed() < patience, "the other worker waits");
                sleep(Duration::from_millis(1));
            }
            ControlFlow::Continue(())
        };
        for_each_in_order(0..10_000, 2, work, |_| 0, consume);
        assert_eq!(done.load(Ordering::SeqCst), 10_000);
    }

    #[test]
    fn breaking_off_ends_the_run() {
        let mut seen = 0;
        for_each_in_order(
            0..,
            2,
            |item: usize| item,
            |_| 0,
            |item| {
                seen = item;
                if item == 500 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(seen, 500);
    }
}
