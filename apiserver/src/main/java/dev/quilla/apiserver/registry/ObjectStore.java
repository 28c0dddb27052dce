package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.store.Amounts;
import dev.quilla.store.Bytes;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.NoSpaceException;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.TooLargeException;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads and writes objects. Thread-safe. */
public final class ObjectStore {

    private static final Bytes MARK = Bytes.wrap(new byte[] {1});

    /** How often a write is tried again because what is counted has changed meanwhile. */
    private static final int BILLS_MAX = 8;

    private final Store store;
    private final ValueCodec codec;
    private final Ledger ledger;

    /** Keeps objects in that store as they are, and counts nothing. */
    public ObjectStore(Store store) {
        this(store, Encryption.NONE);
    }

    /** Keeps objects in that store, some of them encrypted, and counts nothing. */
    public ObjectStore(Store store, Encryption encryption) {
        this(store, new ValueCodec(encryption, Converter.NONE), Ledger.NONE);
    }

    private ObjectStore(Store store, ValueCodec codec, Ledger ledger) {
        this.store = store;
        this.codec = codec;
        this.ledger = ledger;
    }

    /** The same objects, whose writes are counted there. */
    public ObjectStore countedBy(Ledger other) {
        return new ObjectStore(store, codec, other);
    }

    /** The same objects, those of custom kinds converted there. */
    public ObjectStore convertedBy(Converter converter) {
        return new ObjectStore(store, codec.with(converter), ledger);
    }

    /** The store below. */
    public Store store() {
        return store;
    }

    /** A picture of the state, as fresh as asked. */
    public View view(Freshness freshness) {
        try {
            return store.view(freshness);
        } catch (StoreException e) {
            throw ApiErrors.unavailable(e.getMessage());
        }
    }

    /** The newest state. */
    public View newest() {
        return view(new Freshness.Linearizable());
    }

    /** What this master has, which may be a little old. */
    public View local() {
        return store.view(new Freshness.Any());
    }

    /** An object in a picture; there is none whose name is too long. */
    public Optional<Stored> find(View view, ApiResource resource, ObjectKey key) {
        if (!Keys.isPossible(key)) {
            return Optional.empty();
        }
        return view.get(Keys.object(resource.gvr().groupResource(), key))
                .map(entry -> stored(resource.definition(), entry));
    }

    /**
     * An object in a picture.
     *
     * @throws ApiException if it isn't there
     */
    public Stored get(View view, ApiResource resource, ObjectKey key) {
        return find(view, resource, key)
                .orElseThrow(() -> ApiErrors.notFound(resource.gvr().groupResource(), key.name()));
    }

    /** An entry's object. */
    public Stored stored(Definition definition, Entry entry) {
        return new Stored(codec.decode(definition, entry), entry.modRevision());
    }

    /** An entry's object without its version, for once: it is not remembered. */
    public Struct inPassing(Definition definition, Entry entry) {
        return codec.read(definition, entry);
    }

    /**
     * Whether an object, were it written again as it is, would be stored otherwise: with another
     * key. False where it has changed meanwhile, for then it has been written anew.
     */
    public boolean isOutdated(ApiResource resource, ObjectKey key, Stored object) {
        GroupResource name = resource.gvr().groupResource();
        return local().get(Keys.object(name, key))
                .filter(entry -> entry.modRevision() == object.revision())
                .filter(entry -> codec.isOutdated(name, entry))
                .isPresent();
    }

    /**
     * Many entries' objects, in the same order, for whoever goes through them: they are read on the
     * way, no more than a piece at a time. So an {@link ApiException} because one can't be read may
     * come from the list at any place.
     */
    public List<Outgoing> outgoing(Definition definition, List<Entry> entries) {
        return new StoredItems(codec, definition, entries);
    }

    /** An entry's object, which mostly is not read before it is looked into. */
    public Outgoing outgoing(Definition definition, Entry entry) {
        return codec.outgoing(definition, entry);
    }

    /**
     * An object in a picture, for a client.
     *
     * @throws ApiException if it isn't there
     */
    public Outgoing outgoing(View view, ApiResource resource, ObjectKey key) {
        GroupResource name = resource.gvr().groupResource();
        return view.get(Keys.object(name, key))
                .map(entry -> outgoing(resource.definition(), entry))
                .orElseThrow(() -> ApiErrors.notFound(name, key.name()));
    }

    /** Many entries' objects, in the same order. */
    public List<Struct> objects(Definition definition, List<Entry> entries) {
        return codec.decode(definition, entries);
    }

    /** All objects of a resource in a picture, or those of one namespace. */
    public List<Struct> list(View view, ApiResource resource, String namespace) {
        return objects(
                resource.definition(),
                view.range(Keys.objects(resource.gvr().groupResource(), namespace), 0));
    }

    /** Starts a write of one object, and of all that must be true together with it. */
    public Write write(ApiResource resource, ObjectKey key, OptionalLong fenceTerm) {
        return new Write(resource, key, fenceTerm);
    }

    /** One transaction. Used once, by one thread. */
    public final class Write {
        private final GroupResource resource;
        private final ObjectKey key;
        private final Key objectKey;
        private final OptionalLong fenceTerm;
        private final List<Compare> when = new ArrayList<>();
        private final List<Op> then = new ArrayList<>();
        private Optional<Struct> before = Optional.empty();
        private Optional<Struct> after = Optional.empty();
        private Optional<Bytes> value = Optional.empty();
        private Ledger.Bill bill = Ledger.Bill.NONE;

        private Write(ApiResource type, ObjectKey key, OptionalLong fenceTerm) {
            this.resource = type.gvr().groupResource();
            this.key = key;
            this.objectKey = Keys.object(resource, key);
            this.fenceTerm = fenceTerm;
        }

        /** The object must not exist yet. */
        public Write create(Struct object) {
            Bytes encoded = codec.encode(resource, objectKey, object);
            after = Optional.of(object);
            value = Optional.of(encoded);
            when.add(new Compare.Absent(objectKey));
            then.add(new Op.Put(objectKey, encoded));
            return this;
        }

        /** The object that this has created, at that revision, for whoever is answered. */
        public Outgoing created(long revision) {
            return codec.written(after.orElseThrow(), value.orElseThrow(), revision);
        }

        /** The object must still be as it was read. */
        public Write replace(Stored old, Struct object) {
            before = Optional.of(old.object());
            after = Optional.of(object);
            when.add(new Compare.ModRevision(objectKey, old.revision()));
            then.add(new Op.Put(objectKey, codec.encode(resource, objectKey, object)));
            return this;
        }

        /** The object must still be as it was read, and is removed. */
        public Write remove(Stored old) {
            before = Optional.of(old.object());
            when.add(new Compare.ModRevision(objectKey, old.revision()));
            then.add(new Op.Delete(objectKey));
            return this;
        }

        /** A key must not exist, and is made. */
        public Write claim(Key claimed) {
            when.add(new Compare.Absent(claimed));
            return mark(claimed);
        }

        /** Another object must not exist, and is made. */
        public Write claim(ApiResource type, ObjectKey name, Struct object) {
            GroupResource other = type.gvr().groupResource();
            Key claimed = Keys.object(other, name);
            when.add(new Compare.Absent(claimed));
            then.add(new Op.Put(claimed, codec.encode(other, claimed, object)));
            return this;
        }

        /** Another object is removed. */
        public Write release(ApiResource type, ObjectKey name) {
            return release(Keys.object(type.gvr().groupResource(), name));
        }

        /** Another object must still be as it was read. */
        public Write requireUnchanged(ApiResource type, ObjectKey name, long revision) {
            when.add(
                    new Compare.ModRevision(
                            Keys.object(type.gvr().groupResource(), name), revision));
            return this;
        }

        /** What is written to, to look around in. */
        public ObjectStore objects() {
            return ObjectStore.this;
        }

        /** A key is made, whether or not it exists. */
        public Write mark(Key marked) {
            then.add(new Op.Put(marked, MARK));
            return this;
        }

        /** A key is removed. */
        public Write release(Key released) {
            then.add(new Op.Delete(released));
            return this;
        }

        /** A key must exist. */
        public Write requirePresent(Key present) {
            when.add(new Compare.Present(present));
            return this;
        }

        /** A key must not exist. */
        public Write requireAbsent(Key absent) {
            when.add(new Compare.Absent(absent));
            return this;
        }

        /** Tries it. */
        public Outcome commit() {
            try {
                View view = local();
                for (int attempt = 1; ; attempt++) {
                    bill = ledger.bill(view, change());
                    Outcome outcome = store.commit(transaction());
                    if (outcome instanceof Outcome.NoSpace full) {
                        throw full.exception();
                    }
                    if (!isOutdated(outcome) || attempt == BILLS_MAX) {
                        return outcome;
                    }
                    view = newest();
                }
            } catch (NoSpaceException e) {
                throw ApiErrors.insufficientStorage(e.getMessage());
            } catch (TooLargeException e) {
                throw ApiErrors.tooLarge("Request entity too large: " + e.getMessage());
            } catch (StoreException e) {
                throw ApiErrors.unavailable(e.getMessage());
            }
        }

        /**
         * Looks whether counters leave room for it, and writes nothing.
         *
         * @throws ApiException what {@link #commit} would answer if they don't
         */
        public void rehearse() {
            View view = newest();
            bill = ledger.bill(view, change());
            for (Op.BoundedAdd add : bill.then()) {
                Amounts current =
                        view.get(add.key()).map(e -> Amounts.of(e.value())).orElse(Amounts.NONE);
                if (current.wouldExceed(add.add(), add.limit())) {
                    throw overLimit(new Outcome.OverLimit(add.key(), current));
                }
            }
        }

        private Ledger.Change change() {
            return new Ledger.Change(Keys.home(resource), key, before, after);
        }

        private Txn transaction() {
            List<Compare> conditions = new ArrayList<>(when);
            conditions.addAll(bill.when());
            List<Op> operations = new ArrayList<>(then);
            operations.addAll(bill.then());
            return new Txn(conditions, operations, fenceTerm);
        }

        private boolean isOutdated(Outcome outcome) {
            return outcome instanceof Outcome.Refused refused
                    && bill.when().contains(refused.failed());
        }

        /**
         * Tries it, and answers the new revision.
         *
         * @throws ApiException conflict, if something is not as it must be
         */
        public long commitOrConflict() {
            return switch (commit()) {
                case Outcome.Committed(long revision) -> revision;
                case Outcome.Fenced(long term) ->
                        throw ApiErrors.conflict(
                                resource,
                                key.name(),
                                "the caller no longer leads; term is " + term);
                case Outcome.OverLimit over -> throw overLimit(over);
                case Outcome.NoLease _,
                        Outcome.LeaseTaken _,
                        Outcome.Made _,
                        Outcome.Missing _,
                        Outcome.NoSpace _ ->
                        throw unexpected();
                case Outcome.Refused(Compare failed, Optional<Entry> current) -> {
                    if (failed.key().equals(objectKey)) {
                        if (failed instanceof Compare.Absent) {
                            throw ApiErrors.alreadyExists(resource, key.name());
                        }
                        throw current.isEmpty()
                                ? ApiErrors.notFound(resource, key.name())
                                : ApiErrors.modified(resource, key.name());
                    }
                    throw ApiErrors.conflict(
                            resource,
                            key.name(),
                            "something that it depends on changed: " + failed.key());
                }
            };
        }

        /** What the client is told when a counter would have gone beyond its limit. */
        public ApiException overLimit(Outcome.OverLimit over) {
            return bill.refusal(over);
        }

        /** Objects live until they are deleted, so the store can't refuse one for its lease. */
        public IllegalStateException unexpected() {
            return new IllegalStateException(
                    "the store answered what no write of an object asks for");
        }

        /** Whether a refusal is about the object itself. */
        public boolean isAboutObject(Compare failed) {
            return failed.key().equals(objectKey);
        }
    }
}
