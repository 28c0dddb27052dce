package dev.quilla.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store of one member that keeps nothing on disk, in the plainest way there is: the specification
 * that the replicated one is compared with, and a store for others' tests. No lease ends by itself
 * here, and no history is forgotten unless somebody says so. Thread-safe.
 */
public final class InMemoryStore implements Store {

    private static final long TERM = 1;
    private static final String NAME = "memory";

    private record Held(Duration timeToLive, long renewal) {}

    /** Everything before a command, to go back to when it is refused. */
    private record Picture(long revision, SortedMap<Key, Entry> entries) implements View {

        @Override
        public Optional<Entry> get(Key key) {
            return Optional.ofNullable(entries.get(key));
        }

        @Override
        public List<Entry> range(KeyRange range, int limit) {
            return entries.values().stream()
                    .filter(e -> range.contains(e.key()))
                    .limit(limit == 0 ? Long.MAX_VALUE : limit)
                    .toList();
        }

        @Override
        public long count(KeyRange range) {
            return range(range, 0).size();
        }
    }

    private final SortedMap<Long, Picture> pictures =
            new TreeMap<>(java.util.Map.of(View.FIRST, new Picture(View.FIRST, new TreeMap<>())));
    private final SortedMap<Long, List<Event>> history = new TreeMap<>();
    private final SortedMap<LeaseId, Held> leases = new TreeMap<>();
    private Space rule = Space.NONE;
    private long base = View.FIRST;
    private long commands;

    @Override
    public synchronized Outcome commit(Command command) {
        if (command.bytes() > VALUE_BYTES_MAX) {
            throw new TooLargeException(
                    "the transaction is larger than " + VALUE_BYTES_MAX + " bytes");
        }
        commands++;
        Outcome outcome =
                switch (command) {
                    case Txn txn -> transact(txn);
                    case Choice choice -> choose(choice);
                    case Command.Grant grant -> grant(grant);
                    case Command.Renew(LeaseId id) ->
                            leases.containsKey(id)
                                    ? hold(id, leases.get(id).timeToLive())
                                    : new Outcome.NoLease(id);
                    case Command.End end -> end(end);
                    case Command.Compact(long revision) -> compact(revision);
                    case Command.Limit(long bytesMax) -> ruled(space().limited(bytesMax));
                    case Command.Alarm(boolean on) -> ruled(space().alarmed(on));
                    case Command.Checkpoint _, Command.Witness _ ->
                            new Outcome.Committed(newest().revision());
                };
        if (outcome instanceof Outcome.Committed || outcome instanceof Outcome.Made) {
            rule = rule.with(space().bytes());
        }
        notifyAll();
        return outcome;
    }

    private Outcome ruled(Space ruled) {
        rule = ruled;
        return new Outcome.Committed(newest().revision());
    }

    private Outcome grant(Command.Grant grant) {
        if (leases.containsKey(grant.lease())) {
            return new Outcome.LeaseTaken(grant.lease());
        }
        Space now = space();
        if (now.refuses(now.bytes() + Space.OVERHEAD, true)) {
            rule = now.refused();
            return new Outcome.NoSpace(now.bytesMax());
        }
        return hold(grant.lease(), grant.timeToLive());
    }

    /** What is there takes so much, and may take what the rule says. */
    private Space space() {
        return new Space(bytes(newest().entries()), rule.bytesMax(), rule.alarm());
    }

    private long bytes(SortedMap<Key, Entry> entries) {
        long sum = (long) leases.size() * Space.OVERHEAD;
        for (Entry entry : entries.values()) {
            sum += Space.of(entry);
        }
        return sum;
    }

    /** Whether there is no room for these entries; then the alarm is on. */
    private boolean refuses(SortedMap<Key, Entry> entries) {
        Space now = space();
        boolean refused = now.refuses(bytes(entries), entries.size() > newest().entries().size());
        rule = refused ? now.refused() : rule;
        return refused;
    }

    private Outcome hold(LeaseId id, Duration timeToLive) {
        leases.put(id, new Held(timeToLive, commands));
        return new Outcome.Committed(newest().revision());
    }

    private Outcome transact(Txn txn) {
        if (txn.fenceTerm().orElse(TERM) != TERM) {
            return new Outcome.Fenced(TERM);
        }
        for (Compare compare : txn.when()) {
            Optional<Entry> current = newest().get(compare.key());
            boolean holds =
                    switch (compare) {
                        case Compare.Absent ignored -> current.isEmpty();
                        case Compare.Present ignored -> current.isPresent();
                        case Compare.ModRevision(Key ignored, long revision) ->
                                current.filter(e -> e.modRevision() == revision).isPresent();
                    };
            if (!holds) {
                return new Outcome.Refused(compare, current);
            }
        }
        return change(txn.then());
    }

    private Outcome end(Command.End end) {
        Held lease = leases.get(end.lease());
        if (end.fenceTerm().orElse(TERM) != TERM) {
            return new Outcome.Fenced(TERM);
        }
        if (lease == null || lease.renewal() > end.renewal().orElse(Long.MAX_VALUE)) {
            return new Outcome.NoLease(end.lease());
        }
        List<Op> deletes = new ArrayList<>();
        keysOf(end.lease()).forEach(key -> deletes.add(new Op.Delete(key)));
        Outcome outcome = change(deletes);
        leases.remove(end.lease());
        return outcome;
    }

    private Outcome change(List<Op> ops) {
        long next = newest().revision() + 1;
        SortedMap<Key, Entry> entries = new TreeMap<>(newest().entries());
        List<Event> events = new ArrayList<>();
        for (Op op : ops) {
            Optional<Entry> before = Optional.ofNullable(entries.get(op.key()));
            switch (op) {
                case Op.Delete(Key key) -> {
                    before.ifPresent(e -> events.add(new Event.Deleted(next, e)));
                    entries.remove(key);
                }
                case Op.Put(Key ignored, Bytes value, LeaseId lease) -> {
                    if (lease.isSome() && !leases.containsKey(lease)) {
                        return new Outcome.NoLease(lease);
                    }
                    put(entries, events, written(op.key(), before, value, lease, next), before);
                }
                case Op.BoundedAdd(Key key, Amounts add, Amounts limit) -> {
                    Optional<Amounts> now = counted(before);
                    if (now.filter(n -> !n.wouldExceed(add, limit)).isEmpty()) {
                        return new Outcome.OverLimit(key, now.orElse(Amounts.NONE));
                    }
                    LeaseId lease = before.map(Entry::lease).orElse(LeaseId.NONE);
                    Bytes sum = now.get().plus(add).bytes();
                    put(entries, events, written(key, before, sum, lease, next), before);
                }
            }
        }
        if (refuses(entries)) {
            return new Outcome.NoSpace(rule.bytesMax());
        }
        return new Outcome.Committed(changed(entries, events));
    }

    private Outcome choose(Choice choice) {
        Picture before = newest();
        InMemoryChoice work = new InMemoryChoice(before, before.entries(), leases::containsKey);
        try {
            Finding.Chosen chosen = work.make(choice);
            if (refuses(work.entries())) {
                return new Outcome.NoSpace(rule.bytesMax());
            }
            return new Outcome.Made(changed(work.entries(), work.events()), chosen);
        } catch (InMemoryChoice.Impossible e) {
            return e.outcome();
        }
    }

    /** Answers the revision that this makes. */
    private long changed(SortedMap<Key, Entry> entries, List<Event> events) {
        long next = newest().revision() + 1;
        if (events.isEmpty()) {
            return next - 1;
        }
        history.put(next, List.copyOf(events));
        pictures.put(next, new Picture(next, entries));
        return next;
    }

    /** What a counter holds; empty if it is none. */
    private static Optional<Amounts> counted(Optional<Entry> entry) {
        try {
            return Optional.of(entry.map(e -> Amounts.of(e.value())).orElse(Amounts.NONE));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Entry written(
            Key key, Optional<Entry> before, Bytes value, LeaseId lease, long next) {
        return before.map(e ->
                        new Entry(key, value, e.createRevision(), next, e.version() + 1, lease))
                .orElseGet(() -> new Entry(key, value, next, next, 1, lease));
    }

    private static void put(
            SortedMap<Key, Entry> entries,
            List<Event> events,
            Entry entry,
            Optional<Entry> before) {
        entries.put(entry.key(), entry);
        events.add(new Event.Put(entry, before));
    }

    private Outcome compact(long revision) {
        base = Math.max(base, Math.min(revision, newest().revision()));
        history.headMap(base + 1).clear();
        pictures.headMap(base).clear();
        return new Outcome.Committed(newest().revision());
    }

    private Picture newest() {
        return Objects.requireNonNull(pictures.get(pictures.lastKey()));
    }

    private TreeSet<Key> keysOf(LeaseId lease) {
        TreeSet<Key> keys = new TreeSet<>();
        newest().entries().values().stream()
                .filter(e -> e.lease().equals(lease))
                .forEach(e -> keys.add(e.key()));
        return keys;
    }

    @Override
    public synchronized View view(Freshness freshness) {
        if (freshness instanceof Freshness.AtLeast(long revision, Duration atMost)) {
            awaitBeyond(revision - 1, System.nanoTime() + atMost.toNanos());
            if (newest().revision() < revision) {
                throw new UnavailableException("revision " + revision + " is not there yet");
            }
        }
        return newest();
    }

    private void awaitBeyond(long revision, long deadline) {
        try {
            long left = deadline - System.nanoTime();
            while (newest().revision() <= revision && left > 0) {
                wait(left / 1_000_000 + 1);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        }
    }

    @Override
    public synchronized View viewAt(long revision) {
        Picture picture = pictures.get(revision);
        if (picture == null) {
            throw new CompactedException("revision " + revision + " is not kept", base);
        }
        return picture;
    }

    @Override
    public synchronized Contents contents() {
        List<Lease> held = new ArrayList<>();
        leases.forEach((id, lease) ->
                held.add(new Lease(id, lease.timeToLive(), lease.renewal(), List.of())));
        return new Contents(newest(), held);
    }

    @Override
    public Watch watch(KeyRange range, long afterRevision) {
        return new Cursor(range, afterRevision);
    }

    private synchronized Events eventsAfter(long after, KeyRange range) {
        if (after < base) {
            throw new CompactedException("changes after revision " + after + " are not kept", base);
        }
        List<Event> events =
                history.tailMap(after + 1).values().stream()
                        .flatMap(List::stream)
                        .filter(e -> range.contains(e.key()))
                        .toList();
        return new Events(events, Math.max(after, newest().revision()));
    }

    /** Looks again whenever something was committed. */
    private final class Cursor implements Watch {
        private final KeyRange range;
        private long position;
        private boolean closed;

        Cursor(KeyRange range, long position) {
            this.range = range;
            this.position = position;
        }

        @Override
        public Events next(Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            synchronized (InMemoryStore.this) {
                while (true) {
                    Events events = eventsAfter(position, range);
                    position = events.revision();
                    long left = deadline - System.nanoTime();
                    if (closed || !events.events().isEmpty() || left <= 0) {
                        return events;
                    }
                    InMemoryStore.this.wait(left / 1_000_000 + 1);
                }
            }
        }

        @Override
        public void close() {
            synchronized (InMemoryStore.this) {
                closed = true;
                InMemoryStore.this.notifyAll();
            }
        }
    }

    @Override
    public synchronized Optional<Lease> lease(LeaseId id) {
        return Optional.ofNullable(leases.get(id))
                .map(held ->
                        new Lease(id, held.timeToLive(), held.renewal(), List.copyOf(keysOf(id))));
    }

    @Override
    public synchronized List<LeaseId> leases() {
        return List.copyOf(leases.keySet());
    }

    @Override
    public Duration left(Lease lease) {
        return lease.timeToLive();
    }

    @Override
    public Leadership leadership() {
        return new Leadership() {
            @Override
            public OptionalLong term() {
                return OptionalLong.of(TERM);
            }

            @Override
            public Optional<String> leader() {
                return Optional.of(NAME);
            }

            @Override
            public AutoCloseable observe(Listener listener) {
                listener.leads(TERM);
                return () -> {};
            }
        };
    }

    @Override
    public synchronized StoreStatus status() {
        Picture newest = newest();
        return new StoreStatus(
                NAME,
                "leader",
                TERM,
                Optional.of(NAME),
                commands,
                newest.revision(),
                base,
                newest.entries().size(),
                space(),
                "",
                newest.entries().hashCode());
    }

    @Override
    public void close() {}
}
