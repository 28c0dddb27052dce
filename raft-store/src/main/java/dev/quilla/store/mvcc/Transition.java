package dev.quilla.store.mvcc;

import dev.quilla.store.Amounts;
import dev.quilla.store.Bytes;
import dev.quilla.store.Choice;
import dev.quilla.store.Command;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Finding;
import dev.quilla.store.Key;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Space;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** The work of applying one command: starts from a state, and ends with another or with a no. */
final class Transition {

    private final MvccState from;
    private final long index;
    private final long term;
    private final long next;
    private final List<Event> events = new ArrayList<>();
    private LongFunction<Outcome> yes = Outcome.Committed::new;
    private SortedTree<Key, Entry> live;
    private SortedTree<LeaseId, HeldLease> leases;
    private History history;
    private Space space;
    private long bytes;
    private long digest;

    Transition(MvccState from, long index, long term) {
        this.from = from;
        this.index = index;
        this.term = term;
        this.next = from.revision() + 1;
        this.live = from.live();
        this.leases = from.leases();
        this.history = from.history();
        this.space = from.space();
        this.bytes = space.bytes();
        this.digest = from.digest();
    }

    MvccState.Applied apply(Command command) {
        Optional<Outcome> no =
                switch (command) {
                    case Txn txn -> transact(txn);
                    case Choice choice -> choose(choice);
                    case Command.Grant grant -> grant(grant);
                    case Command.Renew renew -> renew(renew.lease());
                    case Command.End end -> end(end);
                    case Command.Compact compact -> compact(compact.revision());
                    case Command.Limit(long bytesMax) -> rule(space.limited(bytesMax), bytesMax);
                    case Command.Alarm(boolean on) -> rule(space.alarmed(on), on ? -1 : -2);
                    case Command.Checkpoint _, Command.Witness _ -> Optional.empty();
                };
        return no.map(outcome -> new MvccState.Applied(from, outcome)).orElseGet(this::done);
    }

    private MvccState.Applied done() {
        boolean newKeys = live.size() > from.live().size() || leases.size() > from.leases().size();
        if (space.refuses(bytes, newKeys)) {
            return new MvccState.Applied(from.refused(), new Outcome.NoSpace(space.bytesMax()));
        }
        long revision = from.revision();
        if (!events.isEmpty()) {
            revision = next;
            history = history.with(Change.of(next, events, live));
            for (Event event : events) {
                digest = Digest.after(digest, event);
            }
        }
        return new MvccState.Applied(
                new MvccState(revision, live, leases, history, space.with(bytes), digest),
                yes.apply(revision));
    }

    private Optional<Outcome> rule(Space ruled, long fact) {
        space = ruled;
        digest = Digest.after(digest, fact);
        return Optional.empty();
    }

    private Optional<Outcome> choose(Choice choice) {
        Chooser chooser = new Chooser(from, this);
        Optional<Finding.Chosen> chosen = chooser.make(choice);
        chosen.ifPresent(found -> yes = revision -> new Outcome.Made(revision, found));
        return chooser.refusal();
    }

    private Optional<Outcome> fenced(OptionalLong fence) {
        return fence.isPresent() && fence.getAsLong() != term
                ? Optional.of(new Outcome.Fenced(term))
                : Optional.empty();
    }

    private Optional<Outcome> transact(Txn txn) {
        Optional<Outcome> fenced = fenced(txn.fenceTerm());
        if (fenced.isPresent()) {
            return fenced;
        }
        for (Compare compare : txn.when()) {
            Optional<Entry> current = get(compare.key());
            if (!holds(compare, current)) {
                return Optional.of(new Outcome.Refused(compare, current));
            }
        }
        for (Op op : txn.then()) {
            Optional<Outcome> no = perform(op);
            if (no.isPresent()) {
                return no;
            }
        }
        return Optional.empty();
    }

    private Optional<Outcome> perform(Op op) {
        return switch (op) {
            case Op.Put(Key key, Bytes value, LeaseId lease) -> put(key, value, lease);
            case Op.Delete(Key key) -> {
                delete(key);
                yield Optional.empty();
            }
            case Op.BoundedAdd add -> add(add);
        };
    }

    /** The entries as this command has made them so far. */
    View now() {
        return MvccState.view(from.revision(), live);
    }

    /** Writes a key; or says why not. */
    Optional<Outcome> put(Key key, Bytes value, LeaseId lease) {
        if (lease.isSome() && leases.get(lease) == null) {
            return Optional.of(new Outcome.NoLease(lease));
        }
        Optional<Entry> before = get(key);
        Entry entry =
                new Entry(
                        key,
                        value,
                        before.map(Entry::createRevision).orElse(next),
                        next,
                        before.map(Entry::version).orElse(0L) + 1,
                        lease);
        before.ifPresent(this::detach);
        if (lease.isSome()) {
            leases = attached(leases, entry);
        }
        live = live.with(entry);
        bytes += Space.of(entry) - before.map(Space::of).orElse(0L);
        events.add(new Event.Put(entry, before));
        return Optional.empty();
    }

    /** Removes a key, if it is there. */
    void delete(Key key) {
        get(key).ifPresent(before -> {
            detach(before);
            live = live.without(key);
            bytes -= Space.of(before);
            events.add(new Event.Deleted(next, before));
        });
    }

    private Optional<Outcome> add(Op.BoundedAdd add) {
        Optional<Entry> before = get(add.key());
        Amounts current = Amounts.NONE;
        try {
            current = before.map(e -> Amounts.of(e.value())).orElse(Amounts.NONE);
            if (!current.wouldExceed(add.add(), add.limit())) {
                LeaseId lease = before.map(Entry::lease).orElse(LeaseId.NONE);
                return put(add.key(), current.plus(add.add()).bytes(), lease);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // No counter, or too large to count: on every member alike, so it is an outcome.
        }
        return Optional.of(new Outcome.OverLimit(add.key(), current));
    }

    private Optional<Outcome> grant(Command.Grant grant) {
        if (leases.get(grant.lease()) != null) {
            return Optional.of(new Outcome.LeaseTaken(grant.lease()));
        }
        hold(new HeldLease(grant.lease(), grant.timeToLive(), index));
        bytes += Space.OVERHEAD;
        return Optional.empty();
    }

    private Optional<Outcome> renew(LeaseId id) {
        HeldLease lease = leases.get(id);
        if (lease == null) {
            return Optional.of(new Outcome.NoLease(id));
        }
        hold(lease.renewed(index));
        return Optional.empty();
    }

    private void hold(HeldLease lease) {
        leases = leases.with(lease);
        digest = Digest.after(Digest.after(digest, lease.id().number()), lease.renewal());
    }

    private Optional<Outcome> end(Command.End end) {
        Optional<Outcome> fenced = fenced(end.fenceTerm());
        if (fenced.isPresent()) {
            return fenced;
        }
        HeldLease lease = leases.get(end.lease());
        if (lease == null || lease.renewal() > end.renewal().orElse(Long.MAX_VALUE)) {
            return Optional.of(new Outcome.NoLease(end.lease()));
        }
        lease.keyList().forEach(this::delete);
        leases = leases.without(lease.id());
        bytes -= Space.OVERHEAD;
        digest = Digest.after(digest, -lease.id().number());
        return Optional.empty();
    }

    private Optional<Outcome> compact(long revision) {
        history = history.compacted(Math.min(revision, from.revision()));
        return Optional.empty();
    }

    private Optional<Entry> get(Key key) {
        return Optional.ofNullable(live.get(key));
    }

    private void detach(Entry entry) {
        HeldLease lease = leases.get(entry.lease());
        if (lease != null) {
            leases = leases.with(lease.without(entry.key()));
        }
    }

    /** Leases with an entry's key in its place. */
    static SortedTree<LeaseId, HeldLease> attached(
            SortedTree<LeaseId, HeldLease> leases, Entry entry) {
        HeldLease lease = leases.get(entry.lease());
        return lease == null ? leases : leases.with(lease.with(entry.key()));
    }

    private static boolean holds(Compare compare, Optional<Entry> current) {
        return switch (compare) {
            case Compare.Absent ignored -> current.isEmpty();
            case Compare.Present ignored -> current.isPresent();
            case Compare.ModRevision(Key ignored, long wanted) ->
                    current.isPresent() && current.get().modRevision() == wanted;
        };
    }
}
