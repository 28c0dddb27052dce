package dev.quilla.model.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.Field.RawForm;
import dev.quilla.model.MessageLayout;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one protobuf message as a struct. Kubernetes sends the zero values of fields that can't be
 * unset, and its own servers take those for unset; so does this. Used once, by one thread.
 */
final class ProtobufReader {

    /** With {@link JsonTree#RAW_DEPTH_MAX} no more than JSON may have: objects are stored as it. */
    static final int DEPTH_MAX = 80;

    private final CodedInputStream in;
    private final List<String> path = new ArrayList<>();
    private int depth;

    ProtobufReader(CodedInputStream in) {
        this.in = in;
    }

    /** A field of a message whose parts are not in the schema. */
    interface PartReader {
        void read(int number, int wireType) throws IOException;
    }

    /** Reads a message up to the limit. */
    Struct struct(Definition definition, StructBuilder builder) throws IOException {
        fields(ProtobufCodec.layout(definition), builder);
        for (Field field : definition.fields()) {
            switch (builder.get(field.index())) {
                case ArrayList<?> list -> builder.set(field, Collections.unmodifiableList(list));
                case LinkedHashMap<?, ?> map ->
                        builder.set(field, Collections.unmodifiableMap(map));
                case null, default -> {
                    // Can't change.
                }
            }
        }
        return builder.build();
    }

    private void fields(MessageLayout layout, StructBuilder builder) throws IOException {
        parts((number, wireType) -> {
            switch (layout.part(number)) {
                case null -> skip(wireType);
                case MessageLayout.Inline(int ignored, MessageLayout inner) -> {
                    expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                    message(() -> fields(inner, builder));
                }
                case MessageLayout.Value(int ignored, Field field, Field.Wire wire) -> {
                    path.add(path.isEmpty() ? field.name() : "." + field.name());
                    field(builder, field, wire, wireType);
                    path.removeLast();
                }
            }
        });
    }

    private void field(StructBuilder builder, Field field, Field.Wire wire, int wireType)
            throws IOException {
        Object before = builder.get(field.index());
        Definition owner = builder.definition();
        switch (field.type()) {
            case ValueType.ListType list when wire.wrapped() ->
                    builder.set(field, required(value(owner, list, wire.form(), wireType, null)));
            case ValueType.ListType list -> {
                List<Object> items = growing(before);
                items(owner, list.element(), wire.form(), wireType, items);
                builder.set(field, items);
            }
            case ValueType.MapType map -> {
                Map<String, Object> entries = growingMap(before);
                expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                message(() -> entry(owner, map.value(), wire.form(), entries));
                builder.set(field, entries);
            }
            case ValueType type -> {
                Object value = value(owner, type, wire.form(), wireType, before);
                if (value == null || Zeros.isUnset(field, wire, value)) {
                    builder.clear(field);
                } else {
                    builder.set(field, value);
                }
            }
        }
    }

    /** What a list field has so far: a field that is sent twice goes on where it was. */
    @SuppressWarnings("unchecked") // the schema says what the elements are
    private static List<Object> growing(@Nullable Object before) {
        return switch (before) {
            case ArrayList<?> list -> (List<Object>) list;
            case Collection<?> list -> new ArrayList<>(list);
            case null, default -> new ArrayList<>();
        };
    }

    @SuppressWarnings("unchecked") // the schema says what the values are
    private static Map<String, Object> growingMap(@Nullable Object before) {
        return switch (before) {
            case LinkedHashMap<?, ?> map -> (Map<String, Object>) map;
            case Map<?, ?> map -> new LinkedHashMap<>((Map<String, Object>) map);
            case null, default -> new LinkedHashMap<>();
        };
    }

    /** One item; or several numbers without tags between them, which are allowed as well. */
    private void items(
            Definition owner, ValueType element, RawForm form, int wireType, List<Object> items)
            throws IOException {
        if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED
                && element instanceof ValueType.Scalar scalar
                && wireTypeOf(scalar) != wireType) {
            message(() -> {
                while (!in.isAtEnd()) {
                    items.add(required(value(owner, element, form, wireTypeOf(scalar), null)));
                }
            });
            return;
        }
        path.add("[" + items.size() + "]");
        items.add(required(value(owner, element, form, wireType, null)));
        path.removeLast();
    }

    private void entry(
            Definition owner, ValueType valueType, RawForm form, Map<String, Object> entries)
            throws IOException {
        String[] key = {""};
        @Nullable Object[] value = new Object[1];
        parts((number, wireType) -> {
            switch (number) {
                case 1 -> {
                    expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                    key[0] = in.readStringRequireUtf8();
                }
                case 2 -> value[0] = value(owner, valueType, form, wireType, null);
                default -> skip(wireType);
            }
        });
        path.add("." + key[0]);
        entries.put(key[0], required(value[0] == null ? Zeros.of(valueType) : value[0]));
        path.removeLast();
    }

    /** A value; null for one that says that there is none. */
    private @Nullable Object value(
            Definition owner, ValueType type, RawForm form, int wireType, @Nullable Object before)
            throws IOException {
        expect(wireType, wireTypeOf(type));
        return switch (type) {
            case ValueType.StructType s -> {
                StructBuilder builder =
                        before instanceof Struct struct
                                ? struct.edit()
                                : new StructBuilder(s.definition());
                yield message(() -> struct(s.definition(), builder));
            }
            case ValueType.ListType list -> {
                List<Object> items = new ArrayList<>();
                message(() ->
                        parts((number, itemType) -> {
                            if (number == 1) {
                                items(owner, list.element(), form, itemType, items);
                            } else {
                                skip(itemType);
                            }
                        }));
                yield Collections.unmodifiableList(items);
            }
            case ValueType.MapType ignored ->
                    throw new IllegalArgumentException(owner + " has a map within a map");
            case ValueType.Scalar scalar ->
                    switch (scalar) {
                        case STRING -> in.readStringRequireUtf8();
                        case INT32 -> in.readInt32();
                        case INT64 -> in.readInt64();
                        case BOOL -> in.readBool();
                        case BYTES -> Bytes.wrap(in.readByteArray());
                        case DOUBLE -> finite(in.readDouble());
                        case TIME, MICROTIME, QUANTITY, INT_OR_STRING, RAW, ANY ->
                                message(() ->
                                        new ProtobufScalars(this, in).read(owner, scalar, form));
                    };
        };
    }

    private double finite(double number) {
        if (!Double.isFinite(number)) {
            throw wrong("expected a number, got " + number);
        }
        return number;
    }

    private static int wireTypeOf(ValueType type) {
        return switch (type) {
            case ValueType.Scalar.INT32, ValueType.Scalar.INT64, ValueType.Scalar.BOOL ->
                    WireFormat.WIRETYPE_VARINT;
            case ValueType.Scalar.DOUBLE -> WireFormat.WIRETYPE_FIXED64;
            default -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
        };
    }

    private <T> T required(@Nullable T value) {
        if (value == null) {
            throw wrong("expected a value");
        }
        return value;
    }

    /** Reads something that can end in an I/O error, which of bytes in memory means bad content. */
    interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }

    /** Reads nothing in particular. */
    interface Action {
        void run() throws IOException;
    }

    /** Reads a message with its length before it. */
    <T extends @Nullable Object> T message(Reading<T> content) throws IOException {
        if (++depth > DEPTH_MAX) {
            throw wrong("messages are nested deeper than " + DEPTH_MAX);
        }
        int limit = in.pushLimit(in.readRawVarint32());
        T result = content.read();
        in.popLimit(limit);
        depth--;
        return result;
    }

    void message(Action content) throws IOException {
        Object ignored =
                message(() -> {
                    content.run();
                    return Boolean.TRUE;
                });
    }

    /** Hands on field after field up to the limit. */
    void parts(PartReader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            reader.read(WireFormat.getTagFieldNumber(tag), WireFormat.getTagWireType(tag));
        }
    }

    void expect(int wireType, int expected) {
        if (wireType != expected) {
            throw wrong("expected wire type " + expected + ", got " + wireType);
        }
    }

    void skip(int wireType) throws IOException {
        switch (wireType) {
            case WireFormat.WIRETYPE_VARINT -> in.readRawVarint64();
            case WireFormat.WIRETYPE_FIXED64 -> in.readRawLittleEndian64();
            case WireFormat.WIRETYPE_FIXED32 -> in.readRawLittleEndian32();
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.skipRawBytes(in.readRawVarint32());
            default -> throw wrong("wire type " + wireType + " is not used");
        }
    }

    DecodeException wrong(String what) {
        return new DecodeException((path.isEmpty() ? "" : String.join("", path) + ": ") + what);
    }
}
