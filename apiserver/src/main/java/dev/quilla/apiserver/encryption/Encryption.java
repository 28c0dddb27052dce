package dev.quilla.apiserver.encryption;

import dev.quilla.model.GroupResource;
import dev.quilla.store.Bytes;
import dev.quilla.store.Key;
import java.util.Optional;
import java.util.Set;

/** What becomes of values before they go to the store, and after they come from it. Thread-safe. */
public interface Encryption {

    /** Leaves values as they are, and can read no others. */
    Encryption NONE =
            new Encryption() {
                @Override
                public Bytes seal(GroupResource resource, Key key, byte[] plain) {
                    return Bytes.wrap(plain);
                }

                @Override
                public byte[] open(Key key, Bytes value) {
                    Sealed.keyId(value)
                            .ifPresent(id -> {
                                throw new UnreadableValueException(
                                        "%s is encrypted with key '%s', and this master has no keys"
                                                .formatted(key, id));
                            });
                    return value.shared();
                }

                @Override
                public boolean isOutdated(GroupResource resource, Bytes value) {
                    return false;
                }
            };

    /** A value as the store is to keep it. */
    Bytes seal(GroupResource resource, Key key, byte[] plain);

    /**
     * A stored value in clear; nobody may change it.
     *
     * @throws UnreadableValueException if it is encrypted with a key that is not there, or is not
     *     what was encrypted there
     */
    byte[] open(Key key, Bytes value);

    /** Whether {@link #seal} would do it otherwise today: with another key, or none. */
    boolean isOutdated(GroupResource resource, Bytes value);

    /** Which key a stored value is encrypted with; empty if it is in clear. */
    static Optional<String> keyOf(Bytes value) {
        return Sealed.keyId(value);
    }

    /** Encrypts the values of some resources with the keys of a ring, and reads all. */
    static Encryption of(KeyRing ring, Set<GroupResource> resources) {
        return new RingEncryption(ring, resources, new java.security.SecureRandom());
    }
}
