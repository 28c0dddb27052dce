package dev.quilla.model.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.quilla.model.Definition;
import dev.quilla.model.Field.RawForm;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Quantity;
import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.ValueType;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads values that JSON has as one value and protobuf as a message. Used once. */
final class ProtobufScalars {

    private static final long SECONDS_MIN = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long SECONDS_MAX = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int NANOS_MAX = 999_999_999;
    private static final int MICRO = 1_000;

    private final ProtobufReader reader;
    private final CodedInputStream in;
    private final Map<Integer, Object> found = new LinkedHashMap<>();

    ProtobufScalars(ProtobufReader reader, CodedInputStream in) {
        this.reader = reader;
        this.in = in;
    }

    /** The value of the message up to the limit; null for one that says that there is none. */
    @Nullable Object read(Definition owner, ValueType.Scalar type, RawForm form)
            throws IOException {
        return switch (type) {
            case TIME -> time(0);
            case MICROTIME -> time(MICRO);
            case QUANTITY -> quantity();
            case INT_OR_STRING -> intOrString();
            case RAW, ANY -> raw(owner, form);
            default -> throw new IllegalArgumentException(type + " is no message");
        };
    }

    private @Nullable Instant time(int precision) throws IOException {
        numbers(1, 2);
        if (found.isEmpty()) {
            return null;
        }
        long seconds = number(1);
        long nanos = number(2);
        if (seconds < SECONDS_MIN || seconds > SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX) {
            throw reader.wrong("the time is out of range");
        }
        return Instant.ofEpochSecond(seconds, precision == 0 ? 0 : nanos / precision * precision);
    }

    private Quantity quantity() throws IOException {
        reader.parts((number, wireType) -> text(number, wireType, 1));
        if (found.isEmpty()) {
            return Quantity.ZERO;
        }
        try {
            return Quantity.parse(text(1));
        } catch (IllegalArgumentException e) {
            throw reader.wrong(String.valueOf(e.getMessage()));
        }
    }

    private IntOrString intOrString() throws IOException {
        reader.parts((number, wireType) -> {
            if (number == 3) {
                text(number, wireType, 3);
            } else if (number == 1 || number == 2) {
                reader.expect(wireType, WireFormat.WIRETYPE_VARINT);
                found.put(number, (long) in.readInt32());
            } else {
                reader.skip(wireType);
            }
        });
        return switch ((int) number(1)) {
            case 0 -> IntOrString.of((int) number(2));
            case 1 -> IntOrString.of(text(3));
            default -> throw reader.wrong("expected a number or a text, got type " + number(1));
        };
    }

    private @Nullable RawJson raw(Definition owner, RawForm form) throws IOException {
        return switch (form) {
            case BYTES -> json();
            case EMPTY -> {
                reader.parts((number, wireType) -> reader.skip(wireType));
                yield RawJson.of("{}");
            }
            case SCHEMA_OR_BOOL -> schemaOrBool(owner);
            case SCHEMA_OR_LIST, SCHEMA_OR_NAMES -> schemaOrList(owner, form);
        };
    }

    private @Nullable RawJson json() throws IOException {
        @Nullable RawJson[] json = new RawJson[1];
        reader.parts((number, wireType) -> {
            if (number == 1) {
                reader.expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                byte[] bytes = in.readByteArray();
                json[0] = bytes.length == 0 ? null : compact(bytes);
            } else {
                reader.skip(wireType);
            }
        });
        return json[0];
    }

    private RawJson compact(byte[] json) {
        try {
            return JsonTree.compact(json);
        } catch (DecodeException e) {
            throw reader.wrong(e.getMessage());
        }
    }

    private RawJson schemaOrBool(Definition owner) throws IOException {
        reader.parts((number, wireType) -> {
            switch (number) {
                case 1 -> {
                    reader.expect(wireType, WireFormat.WIRETYPE_VARINT);
                    found.put(1, in.readBool());
                }
                case 2 -> found.put(2, schema(owner, wireType));
                default -> reader.skip(wireType);
            }
        });
        return found.get(2) instanceof Struct schema
                ? new RawJson(dev.quilla.model.Bytes.wrap(JsonCodec.encode(schema)))
                : RawJson.of(String.valueOf(found.getOrDefault(1, false)));
    }

    private @Nullable RawJson schemaOrList(Definition owner, RawForm form) throws IOException {
        List<Object> items = new ArrayList<>();
        reader.parts((number, wireType) -> {
            switch (number) {
                case 1 -> found.put(1, schema(owner, wireType));
                case 2 -> {
                    if (form == RawForm.SCHEMA_OR_LIST) {
                        items.add(JsonCodec.toTree(schema(owner, wireType)));
                    } else {
                        reader.expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                        items.add(in.readStringRequireUtf8());
                    }
                }
                default -> reader.skip(wireType);
            }
        });
        if (!items.isEmpty()) {
            return JsonTree.raw(items);
        }
        return found.get(1) instanceof Struct schema
                ? new RawJson(dev.quilla.model.Bytes.wrap(JsonCodec.encode(schema)))
                : null;
    }

    private Struct schema(Definition owner, int wireType) throws IOException {
        reader.expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return reader.message(() -> reader.struct(owner, new StructBuilder(owner)));
    }

    private void numbers(int first, int last) throws IOException {
        reader.parts((number, wireType) -> {
            if (number < first || number > last) {
                reader.skip(wireType);
                return;
            }
            reader.expect(wireType, WireFormat.WIRETYPE_VARINT);
            found.put(number, in.readInt64());
        });
    }

    private void text(int number, int wireType, int wanted) throws IOException {
        if (number != wanted) {
            reader.skip(wireType);
            return;
        }
        reader.expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        found.put(number, in.readStringRequireUtf8());
    }

    private long number(int number) {
        return (Long) found.getOrDefault(number, 0L);
    }

    private String text(int number) {
        return (String) found.getOrDefault(number, "");
    }
}
