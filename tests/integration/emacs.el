;;; emacs.el --- what emacs.py asks of Emacs  -*- lexical-binding: t -*-

(require 'flymake)
(require 'json)
(require 'server)

(defvar newslint-test-choice nil "The title that the user picks.")
(defvar newslint-test-offered nil "The titles that the user saw.")

;; Nobody is there to answer.
(defun newslint-test-pick (_prompt collection &rest _)
  "Pick the wanted title of COLLECTION, and note all."
  (setq newslint-test-offered (mapcar (lambda (one) (substring-no-properties (if (consp one) (car one) one)))
                                      (all-completions "" collection)))
  (or (car (member newslint-test-choice newslint-test-offered))
      (error "%s is not offered" newslint-test-choice)))
(advice-add 'completing-read :override #'newslint-test-pick)
(advice-add 'y-or-n-p :override (lambda (&rest _) t))
(advice-add 'yes-or-no-p :override (lambda (&rest _) t))

(setq use-short-answers t
      ring-bell-function #'ignore
      inhibit-startup-screen t
      make-backup-files nil
      create-lockfiles nil
      auto-save-default nil
      revert-without-query '(".*")
      large-file-warning-threshold nil)

;; lsp-mode tells Flymake of news only in the current buffer. With a user at the keys that is the one that is
;; shown; between two requests of emacsclient it can be another.
(with-eval-after-load 'lsp-mode
  (advice-add 'lsp--on-diagnostics :around
              (lambda (heed &rest arguments)
                (with-current-buffer (window-buffer (selected-window))
                  (apply heed arguments)))))

(defun newslint-test-place (position)
  "Line, and byte of the line, of POSITION; both from 0."
  (save-excursion
    ;; Until the next diagnostics come, some may lie behind the end.
    (goto-char position)
    (list (1- (line-number-at-pos (point) t))
          (- (position-bytes (point)) (position-bytes (line-beginning-position))))))

(defun newslint-test-position (line byte)
  "The position of a BYTE of a LINE."
  (save-excursion
    (goto-char (point-min))
    (forward-line line)
    (byte-to-position (+ (position-bytes (point)) byte))))

(defun newslint-test-shown ()
  "All diagnostics: place of beginning and end, kind, and text."
  (vconcat
   (mapcar (lambda (one)
             (vconcat (newslint-test-place (flymake-diagnostic-beg one))
                      (newslint-test-place (flymake-diagnostic-end one))
                      (list (format "%s" (flymake-diagnostic-type one))
                            (substring-no-properties (flymake-diagnostic-text one)))))
           (flymake-diagnostics))))

(defun newslint-test-open (file)
  "Show FILE, as after C-x C-f."
  (switch-to-buffer (find-file-noselect file))
  (run-hooks 'post-command-hook)
  t)

(defun newslint-test-close ()
  "Close the buffer, without saving."
  (set-buffer-modified-p nil)
  (kill-buffer)
  t)

(defun newslint-test-choose (title from to command)
  "Pick the code action TITLE that COMMAND offers from position FROM to TO."
  (setq newslint-test-choice title newslint-test-offered nil)
  (goto-char (apply #'newslint-test-position from))
  (push-mark (apply #'newslint-test-position to) t t)
  (let ((transient-mark-mode t) (mark-active t) (last-nonmenu-event ?x))
    (call-interactively (intern command)))
  (deactivate-mark)
  t)

;; Into a file: emacsclient garbles what is long.
(defmacro newslint-test-answer (file &rest body)
  "Write to FILE what BODY gives in the buffer that is shown, or its error."
  `(let ((answer (with-current-buffer (window-buffer (selected-window))
                   (condition-case fault
                       (list (cons 'value (progn ,@body)))
                     (error (list (cons 'error (error-message-string fault)))))))
         (coding-system-for-write 'utf-8-unix))
     (write-region (json-encode answer) nil ,file nil 'silent)
     t))

(setq server-socket-dir (getenv "NEWSLINT_TEST_SOCKETS"))
(server-start)
;;; emacs.el ends here
