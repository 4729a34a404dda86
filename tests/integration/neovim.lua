-- What neovim.py asks of the editor, in calls that Neovim knows from 0.7 on.

local M = { offered = {}, choice = nil, notices = {} }

local function clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)()
end

-- The diagnostics of a buffer; lines, and bytes of the line, count from 0.
function M.diagnostics(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    local lsp = one.user_data and one.user_data.lsp or {}
    table.insert(found, {
      place = { one.lnum, one.col, one.end_lnum, one.end_col },
      severity = one.severity,
      source = one.source,
      rule = one.code,
      message = one.message,
      link = lsp.codeDescription and lsp.codeDescription.href,
      tags = lsp.tags,
    })
  end
  return found
end

-- What saving would write, without a byte order mark.
function M.text(buffer)
  local newline = vim.bo[buffer].fileformat == 'dos' and '\r\n' or '\n'
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), newline)
  return vim.bo[buffer].endofline and text .. newline or text
end

-- The user sees all titles that are offered and picks the wanted one, where it is there.
vim.ui.select = function(items, options, on_choice)
  local chosen
  for _, item in ipairs(items) do
    local title = options.format_item(item)
    table.insert(M.offered, title)
    if title == M.choice then chosen = item end
  end
  on_choice(chosen)
end

vim.notify = function(message, level) table.insert(M.notices, { message, level or vim.log.levels.INFO }) end

-- Asks for the code actions at the cursor. 0.7 takes the context alone.
function M.act(title, kind)
  M.offered, M.choice, M.notices = {}, title, {}
  local context = kind ~= '' and { only = { kind } } or nil
  vim.lsp.buf.code_action(vim.fn.has('nvim-0.8') == 1 and { context = context } or context)
end

-- The text of the hover at the cursor, from its window.
function M.hover()
  local window
  vim.lsp.buf.hover()
  vim.wait(60000, function()
    for _, one in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(one).relative ~= '' then window = one end
    end
    return window ~= nil
  end, 20)
  if not window then return '' end
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, '\n')
end

-- Other settings while the server runs.
function M.set(settings)
  for _, client in pairs(clients()) do
    client.config.settings = { newslint = settings }
    client.settings = client.config.settings
    vim.lsp.buf_notify(0, 'workspace/didChangeConfiguration', { settings = client.config.settings })
  end
end

function M.clients()
  local found = {}
  for _, client in pairs(clients()) do
    table.insert(found, { name = client.name, encoding = client.offset_encoding, root = client.config.root_dir })
  end
  return found
end

-- Whether a server knows the current buffer.
function M.attached()
  for _, client in pairs(clients()) do
    if vim.lsp.buf_is_attached(0, client.id) then return true end
  end
  return false
end

NewslintTest = M
