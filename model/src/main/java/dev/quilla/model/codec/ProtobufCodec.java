package dev.quilla.model.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.MessageLayout;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads and writes objects as Kubernetes' protobuf, driven by their definition. Thread-safe.
 *
 * <p>Written are the fields that are set; Kubernetes' own servers also write the zero values of
 * fields that can't be unset, which a reader can't tell from their absence.
 */
public final class ProtobufCodec {

    /** The first bytes of an object: {@code k8s} and a zero. */
    private static final byte[] MAGIC = {0x6b, 0x38, 0x73, 0x00};

    /** The envelope's field that is the object's message. */
    static final int MESSAGE = 2;

    private ProtobufCodec() {}

    /** Whether there is a message for objects of that type: not for those that Quilla adds. */
    public static boolean supports(Definition definition) {
        return definition.layout().isPresent();
    }

    /**
     * Opens an object's envelope.
     *
     * @throws DecodeException if it isn't one
     */
    public static Envelope open(byte[] object) {
        if (object.length < MAGIC.length
                || !Arrays.equals(object, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new DecodeException("the protobuf object does not start with 'k8s\\0'");
        }
        return reading(
                CodedInputStream.newInstance(object, MAGIC.length, object.length - MAGIC.length),
                ProtobufCodec::envelope);
    }

    /**
     * Reads the object in an envelope; type metadata is the envelope's. Unknown fields are dropped,
     * since a newer client may send them.
     *
     * @throws DecodeException if it isn't such a message
     */
    public static Struct decode(Definition definition, Envelope envelope) {
        StructBuilder builder = new StructBuilder(definition);
        CodedInputStream in = CodedInputStream.newInstance(envelope.message().shared());
        reading(in, i -> new ProtobufReader(i).struct(definition, builder));
        definition
                .find("kind")
                .filter(f -> !envelope.kind().isEmpty())
                .ifPresent(f -> builder.set(f, envelope.kind()));
        definition
                .find("apiVersion")
                .filter(f -> !envelope.apiVersion().isEmpty())
                .ifPresent(f -> builder.set(f, envelope.apiVersion()));
        return builder.build();
    }

    /**
     * Writes an object in its envelope.
     *
     * @throws IllegalArgumentException if there is no message for its type
     */
    public static byte[] encode(Struct object) {
        BackwardBuffer out = new BackwardBuffer(2048);
        write(out, object);
        return out.toArray();
    }

    /** Writes an event of a watch, with its length before it in four bytes, the highest first. */
    public static byte[] encodeEvent(String type, Struct object) {
        BackwardBuffer out = new BackwardBuffer(2048);
        write(out, object);
        out.close(1, 0);
        out.close(2, 0);
        out.text(1, type);
        int length = out.size();
        out.raw(
                new byte[] {
                    (byte) (length >>> 24),
                    (byte) (length >>> 16),
                    (byte) (length >>> 8),
                    (byte) length
                });
        return out.toArray();
    }

    private static void write(BackwardBuffer out, Struct object) {
        endEnvelope(out);
        int mark = out.size();
        new ProtobufWriter(out).struct(object);
        out.close(MESSAGE, mark);
        beginEnvelope(out, object);
    }

    /** What comes after the message. */
    static void endEnvelope(BackwardBuffer out) {
        // Encoding and content type: always there and empty, as Kubernetes has them.
        out.text(4, "");
        out.text(3, "");
    }

    /** What comes before the message. */
    static void beginEnvelope(BackwardBuffer out, Struct object) {
        int mark = out.size();
        out.text(2, object.text("kind"));
        out.text(1, object.text("apiVersion"));
        out.close(1, mark);
        out.raw(MAGIC);
    }

    static MessageLayout layout(Definition definition) {
        return definition
                .layout()
                .orElseThrow(() ->
                        new IllegalArgumentException(definition + " has no protobuf message"));
    }

    private interface Parsing<T> {
        T read(CodedInputStream in) throws IOException;
    }

    private static <T> T reading(CodedInputStream in, Parsing<T> parsing) {
        try {
            return parsing.read(in);
        } catch (IOException e) {
            throw new DecodeException("invalid protobuf: " + firstSentence(e));
        }
    }

    private static Envelope envelope(CodedInputStream in) throws IOException {
        ProtobufReader reader = new ProtobufReader(in);
        String[] type = {"", "", ""};
        Bytes[] message = {Bytes.EMPTY};
        reader.parts((number, wireType) -> {
            if (number > 4) {
                reader.skip(wireType);
                return;
            }
            reader.expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            switch (number) {
                case 1 -> reader.message(() -> typeMeta(reader, in, type));
                case 2 -> message[0] = Bytes.wrap(in.readByteArray());
                case 3 -> type[2] = in.readStringRequireUtf8();
                default -> reader.skip(wireType);
            }
        });
        if (!type[2].isEmpty()) {
            throw new DecodeException("unknown content encoding '" + type[2] + "'");
        }
        return new Envelope(type[0], type[1], message[0]);
    }

    private static void typeMeta(ProtobufReader reader, CodedInputStream in, String[] type)
            throws IOException {
        reader.parts((number, wireType) -> {
            if (number > 2) {
                reader.skip(wireType);
                return;
            }
            reader.expect(wireType, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            type[number - 1] = in.readStringRequireUtf8();
        });
    }

    /** The library's messages go on about what might be the reason. */
    private static String firstSentence(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf(". ");
        return (end < 0 ? message : message.substring(0, end)).replaceAll("\\s+", " ");
    }
}
