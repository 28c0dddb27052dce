package dev.quilla.apiserver.encryption;

import dev.quilla.model.GroupResource;
import dev.quilla.store.Bytes;
import dev.quilla.store.Key;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Encrypts with a data key of its own, which is new at each start, and reads those of all. */
final class RingEncryption implements Encryption {

    /** Far from where AES-GCM wears out; a new data key costs nothing. */
    private static final long VALUES_MAX = 1L << 30;

    private static final int REMEMBERED_MAX = 1024;

    private record Origin(RootKey root, Bytes salt) {}

    private final KeyRing ring;
    private final Set<GroupResource> resources;
    private final SecureRandom random;
    private volatile DataKey own;

    private final Map<Origin, DataKey> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Origin, DataKey> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            };

    RingEncryption(KeyRing ring, Set<GroupResource> resources, SecureRandom random) {
        this.ring = ring;
        this.resources = Set.copyOf(resources);
        this.random = random;
        this.own = fresh();
    }

    @Override
    public Bytes seal(GroupResource resource, Key key, byte[] plain) {
        return resources.contains(resource) ? own().seal(key, plain) : Bytes.wrap(plain);
    }

    @Override
    public byte[] open(Key key, Bytes value) {
        Optional<String> id = Sealed.keyId(value);
        if (id.isEmpty()) {
            return value.shared();
        }
        RootKey root =
                ring.find(id.get())
                        .orElseThrow(() ->
                                new UnreadableValueException(
                                        "%s is encrypted with key '%s', which is not in %s: put"
                                                        .formatted(
                                                                key, id.get(), ring.file().path())
                                                + " it back there and start this master again"));
        Sealed sealed = Sealed.read(key, value);
        return dataKey(new Origin(root, sealed.salt())).open(key, sealed);
    }

    @Override
    public boolean isOutdated(GroupResource resource, Bytes value) {
        Optional<String> wanted =
                resources.contains(resource) ? Optional.of(ring.current().id()) : Optional.empty();
        return !Sealed.keyId(value).equals(wanted);
    }

    private DataKey dataKey(Origin origin) {
        synchronized (known) {
            return known.computeIfAbsent(origin, o -> DataKey.derive(o.root(), o.salt()));
        }
    }

    private DataKey own() {
        DataKey key = own;
        return isGood(key) ? key : renewed();
    }

    private synchronized DataKey renewed() {
        if (!isGood(own)) {
            own = fresh();
        }
        return own;
    }

    private boolean isGood(DataKey key) {
        return key.root().equals(ring.current()) && key.count() < VALUES_MAX;
    }

    private DataKey fresh() {
        byte[] salt = new byte[Sealed.SALT_BYTES];
        random.nextBytes(salt);
        return DataKey.derive(ring.current(), Bytes.wrap(salt));
    }
}
