"""Copies of what SQL says, kept in Redis for a minute, so that a read need not ask SQL; and marks that void them at once.

A copy names the things it was made of (a token, its client, its person, its session). Whoever changes one of them writes a mark
for it, in the transaction of the change. A copy is believed only while none of its things is marked: one script in Redis reads
copy and marks together. A mark means "ask SQL", never "dead", so it is right before the commit, after it, and if there is none.

Why no copy outlives a change. Let a row be read at r, its change be marked at m and committed at c, m <= c. A copy carries the
moment r + COPY_SECONDS, noted before the row was read, and is nobody's answer after it. If it holds what was true before the
change then r <= c, so it is over by c + COPY_SECONDS. The mark stands until m + MARK_SECONDS. While it stands the copy is not
believed, whenever it was written; and it stands longer than the copy as long as c - m < MARK_SECONDS - COPY_SECONDS, which is
four minutes for what is left of a transaction, for the difference of two clocks and for a replica that lags, together.

What Redis may lose. Names begin with the run of the server (`run_id`), so a server that was restarted, restored from a snapshot
or replaced by its replica holds no copy: what it kept has the name of another run. A flush takes copies and marks together;
only a copy whose row was read before a change and that is written after the flush would be believed, for the rest of its minute.

When a mark cannot be written the change is committed with a row that says so (`UndeliveredMark`). Each process looks for such
rows once a second, before it believes any copy; it delivers what it finds, and until that is done it asks SQL. Without Redis,
and whenever Redis does not answer, there are no copies.
"""

# Seconds. How long a copy may be believed, and how long a mark stands.
COPY_SECONDS = 60
MARK_SECONDS = 300
