"""Runs a command at a terminal of its own: terminal.py '[["prompt", "answer"], ...]' COMMAND [ARG...]."""

import json
import os
import pty
import sys

answers = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
unanswered = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:  # Linux says so when the last process has left the terminal.
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    unanswered += data
    while answers and answers[0][0].encode() in unanswered:
        prompt, answer = answers.pop(0)
        unanswered = unanswered.split(prompt.encode(), 1)[1]
        os.write(terminal, answer.encode() + b"\r")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
