package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.UnreadableValueException;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupResource;
import dev.quilla.model.SchemaDefaults;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Objects as stored values: a byte that names the format, then JSON without the resource version,
 * which is the revision of the entry; encrypted where that is wanted. Decoded objects are
 * remembered, since most are read far more often than written. Thread-safe.
 */
final class ValueCodec {

    /** How many decoded objects are remembered. */
    private static final int REMEMBERED_MAX = 20_000;

    private static final byte JSON = 1;

    private record Known(long revision, Struct struct) {}

    private final Map<String, Known> known =
            new LinkedHashMap<>(1024, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            };

    private final Encryption encryption;

    ValueCodec(Encryption encryption) {
        this.encryption = encryption;
    }

    /** An object of a resource as it is to be stored at a key. */
    Bytes encode(GroupResource resource, Key key, Struct object) {
        Struct stored = Conversions.toStored(object);
        Struct metadata = (Struct) stored.find("metadata").orElseThrow();
        byte[] json =
                JsonCodec.encode(stored.with("metadata", metadata.without("resourceVersion")));
        byte[] value = new byte[json.length + 1];
        value[0] = JSON;
        System.arraycopy(json, 0, value, 1, json.length);
        return encryption.seal(Keys.home(resource), key, value);
    }

    Struct decode(Definition definition, Entry entry) {
        String key = entry.key().text();
        synchronized (known) {
            Known remembered = known.get(key);
            if (remembered != null
                    && remembered.revision() == entry.modRevision()
                    && remembered.struct().definition() == definition) {
                return remembered.struct();
            }
        }
        byte[] value = clear(entry);
        if (value[0] != JSON) {
            throw new IllegalStateException("unknown format " + value[0] + " of " + key);
        }
        Definition form = Conversions.stored(definition);
        Struct stored = JsonCodec.decode(form, Arrays.copyOfRange(value, 1, value.length));
        Struct served = Conversions.toServed(definition, current(form, stored));
        Struct object = versioned(served, entry.modRevision());
        synchronized (known) {
            Known before = known.get(key);
            if (before == null || before.revision() <= entry.modRevision()) {
                known.put(key, new Known(entry.modRevision(), object));
            }
        }
        return object;
    }

    /** Whether an entry would be stored otherwise today. */
    boolean isOutdated(GroupResource resource, Entry entry) {
        return encryption.isOutdated(Keys.home(resource), entry.value());
    }

    private byte[] clear(Entry entry) {
        try {
            return encryption.open(entry.key(), entry.value());
        } catch (UnreadableValueException e) {
            throw ApiErrors.internal(String.valueOf(e.getMessage()));
        }
    }

    /**
     * An object of a custom kind as its schema has it now: it may have been stored in another
     * version, which differs by its name alone, and before a default was added.
     */
    private static Struct current(Definition definition, Struct stored) {
        if (!definition.custom()) {
            return stored;
        }
        String version = definition.kinds().getFirst().groupVersion().toString();
        return SchemaDefaults.fill(stored).with("apiVersion", version);
    }

    /** The object as it is at a revision. */
    static Struct versioned(Struct object, long revision) {
        return object.withAt(Long.toString(revision), "metadata", "resourceVersion");
    }
}
