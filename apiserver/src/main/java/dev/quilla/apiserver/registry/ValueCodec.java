package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.UnreadableValueException;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupResource;
import dev.quilla.model.SchemaDefaults;
import dev.quilla.model.Struct;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects as stored values: a byte that names the format, then JSON without the resource version,
 * which is the revision of the entry; encrypted where that is wanted. Decoded objects are
 * remembered, since most are read far more often than written. Thread-safe.
 */
final class ValueCodec {

    /** How many decoded objects are remembered. */
    private static final int REMEMBERED_MAX = 20_000;

    /** Larger ones are not, so that a few can't take the room of all others. */
    private static final int REMEMBERED_BYTES_MAX = 16 << 10;

    /** Large, many, and looked into when they change: then by many at once, but not again. */
    private static final Definition PASSING = CustomResourceDefinition.definition();

    /** How long the header of a value in clear is. */
    static final int HEADER_BYTES = 1;

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
    private final Converter converter;

    ValueCodec(Encryption encryption, Converter converter) {
        this.encryption = encryption;
        this.converter = converter;
    }

    /** The same, where objects whose versions differ are converted there. */
    ValueCodec with(Converter other) {
        return new ValueCodec(encryption, other);
    }

    /** An object of a resource as it is to be stored at a key. */
    Bytes encode(GroupResource resource, Key key, Struct object) {
        Struct stored = Conversions.toStored(object);
        Struct metadata = (Struct) stored.find("metadata").orElseThrow();
        byte[] json = json(stored.with("metadata", metadata.without("resourceVersion")));
        byte[] value = new byte[json.length + 1];
        value[0] = JSON;
        System.arraycopy(json, 0, value, 1, json.length);
        return encryption.seal(Keys.home(resource), key, value);
    }

    /**
     * An object that has just been stored, for a client: what was encoded need not be so again.
     *
     * @param value what {@link #encode} made of it
     */
    Outgoing written(Struct object, Bytes value, long revision) {
        return isSentAsStored(object.definition()) && value.shared()[0] == JSON
                ? new WrittenItem(object, value, revision)
                : () -> versioned(object, revision);
    }

    private byte[] json(Struct object) {
        byte[] json = JsonCodec.encode(object);
        Optional<Converter.Conversion> conversion = conversion(object.definition());
        if (conversion.isEmpty()
                || conversion.get().stored().equals(version(object.definition()))) {
            return json;
        }
        return JsonTree.write(
                conversion
                        .get()
                        .convert(conversion.get().stored(), List.of(JsonTree.parseObject(json)))
                        .getFirst());
    }

    private Optional<Converter.Conversion> conversion(Definition definition) {
        return definition.custom() ? converter.of(definition) : Optional.empty();
    }

    private static String version(Definition definition) {
        return definition.kinds().getFirst().groupVersion().toString();
    }

    /**
     * An entry's object for a client. Where its bytes are what clients are sent, they are
     * deciphered but left as they are until somebody looks into the object; all others are read at
     * once.
     *
     * @throws dev.quilla.model.ApiException if it can't be read
     */
    Outgoing outgoing(Definition definition, Entry entry) {
        if (isSentAsStored(definition)) {
            byte[] clear = clear(entry);
            if (clear.length > HEADER_BYTES && clear[0] == JSON) {
                return new StoredItem(this, definition, entry, Bytes.wrap(clear));
            }
        }
        Struct object = decode(definition, entry);
        return () -> object;
    }

    /** Many entries' objects for a client, in the same order; converted ones are so together. */
    List<Outgoing> outgoing(Definition definition, List<Entry> entries) {
        if (conversion(definition).isEmpty()) {
            return entries.stream().map(entry -> outgoing(definition, entry)).toList();
        }
        return decode(definition, entries).stream().<Outgoing>map(object -> () -> object).toList();
    }

    /** What users define may have changed since, and so may versions that others stand for. */
    private static boolean isSentAsStored(Definition definition) {
        return !definition.custom() && !Conversions.isConverted(definition);
    }

    /**
     * An entry's object, of a kind that is sent as it is stored.
     *
     * @param clear the entry's value in clear
     */
    Struct decode(Definition definition, Entry entry, byte[] clear) {
        return remembered(definition, entry)
                .orElseGet(() -> remember(entry, JsonCodec.decode(definition, json(entry, clear))));
    }

    Struct decode(Definition definition, Entry entry) {
        Optional<Struct> remembered = remembered(definition, entry);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        Optional<Converter.Conversion> conversion = conversion(definition);
        if (conversion.isPresent()) {
            return converted(definition, conversion.get(), List.of(entry)).getFirst();
        }
        return remember(entry, read(definition, entry));
    }

    /**
     * An entry's object, which is read anew each time; not of a kind whose versions are converted.
     */
    Struct read(Definition definition, Entry entry) {
        Definition form = Conversions.stored(definition);
        Struct stored = JsonCodec.decode(form, json(entry));
        return Conversions.toServed(definition, current(form, stored));
    }

    /** The objects of many entries; those that have to be converted are so together. */
    List<Struct> decode(Definition definition, List<Entry> entries) {
        Optional<Converter.Conversion> conversion = conversion(definition);
        if (conversion.isEmpty()) {
            return entries.stream().map(entry -> decode(definition, entry)).toList();
        }
        List<Entry> missing =
                entries.stream().filter(e -> remembered(definition, e).isEmpty()).toList();
        Map<Key, Struct> fresh = new HashMap<>();
        List<Struct> converted = converted(definition, conversion.get(), missing);
        for (int i = 0; i < missing.size(); i++) {
            fresh.put(missing.get(i).key(), converted.get(i));
        }
        return entries.stream()
                .map(e ->
                        Optional.ofNullable(fresh.get(e.key()))
                                .orElseGet(() -> decode(definition, e)))
                .toList();
    }

    private List<Struct> converted(
            Definition definition, Converter.Conversion conversion, List<Entry> entries) {
        String version = version(definition);
        List<Map<String, @Nullable Object>> trees = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            trees.add(JsonTree.parseObject(json(entries.get(i))));
            if (!version.equals(trees.get(i).get("apiVersion"))) {
                others.add(i);
            }
        }
        if (!others.isEmpty()) {
            List<Map<String, @Nullable Object>> made =
                    conversion.convert(version, others.stream().map(trees::get).toList());
            for (int i = 0; i < others.size(); i++) {
                trees.set(others.get(i), made.get(i));
            }
        }
        List<Struct> objects = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Struct object = JsonCodec.decode(definition, JsonTree.write(trees.get(i)));
            objects.add(remember(entries.get(i), current(definition, object)));
        }
        return objects;
    }

    private byte[] json(Entry entry) {
        return json(entry, clear(entry));
    }

    private static byte[] json(Entry entry, byte[] value) {
        if (value[0] != JSON) {
            throw new IllegalStateException("unknown format " + value[0] + " of " + entry.key());
        }
        return Arrays.copyOfRange(value, 1, value.length);
    }

    private Optional<Struct> remembered(Definition definition, Entry entry) {
        synchronized (known) {
            Known found = known.get(id(definition, entry));
            return Optional.ofNullable(found)
                    .filter(k -> k.revision() == entry.modRevision())
                    .map(Known::struct)
                    .filter(s -> s.definition() == definition);
        }
    }

    private Struct remember(Entry entry, Struct served) {
        Struct object = versioned(served, entry.modRevision());
        if (entry.value().length() > REMEMBERED_BYTES_MAX || object.definition() == PASSING) {
            return object;
        }
        String id = id(object.definition(), entry);
        synchronized (known) {
            Known before = known.get(id);
            if (before == null || before.revision() <= entry.modRevision()) {
                known.put(id, new Known(entry.modRevision(), object));
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

    /** Each version of a custom object is remembered beside the others. */
    private static String id(Definition definition, Entry entry) {
        return definition.custom()
                ? entry.key().text() + " " + definition.name()
                : entry.key().text();
    }

    /**
     * An object of a custom kind as its schema has it now: it may have been stored in another
     * version, which differs by its name alone, and before a default was added.
     */
    private static Struct current(Definition definition, Struct stored) {
        if (!definition.custom()) {
            return stored;
        }
        return SchemaDefaults.fill(stored).with("apiVersion", version(definition));
    }

    /** The object as it is at a revision. */
    static Struct versioned(Struct object, long revision) {
        return object.withAt(Long.toString(revision), "metadata", "resourceVersion");
    }
}
