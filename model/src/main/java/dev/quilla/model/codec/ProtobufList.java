package dev.quilla.model.codec;

import dev.quilla.model.MessageLayout;
import dev.quilla.model.Struct;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Lists as Kubernetes' protobuf, which are never in memory as a whole.
 *
 * <p>The envelope says how long the list is before it begins. So all items are encoded once to
 * learn that, and those of which no more than some are kept are encoded again when their turn
 * comes. A page of 500 objects, which is what clients mostly ask for, is encoded once.
 */
public final class ProtobufList {

    /** How many bytes of a list are kept from when its length is learned until they are written. */
    static final int KEPT_BYTES_MAX = 2 << 20;

    private ProtobufList() {}

    /**
     * Writes a list in its envelope.
     *
     * @param frame the list without its items
     * @param object makes an item's object, the same each time
     * @throws IllegalArgumentException if there is no message for its type
     * @throws IllegalStateException if an item was not the same each time: then a part of the list
     *     may have been written
     */
    public static <T> void write(
            Struct frame, List<T> items, Function<? super T, Struct> object, OutputStream out)
            throws IOException {
        int number = itemsNumber(frame);
        BackwardBuffer begin = new BackwardBuffer(256);
        new ProtobufWriter(begin).struct(frame);
        long length = begin.size();
        List<byte[]> kept = new ArrayList<>();
        long keptBytes = 0;
        for (int i = 0; i < items.size(); i++) {
            byte[] field = field(number, object.apply(items.get(i)));
            length += field.length;
            if (kept.size() == i && keptBytes + field.length <= KEPT_BYTES_MAX) {
                kept.add(field);
                keptBytes += field.length;
            }
        }
        long left = length - begin.size() - keptBytes;
        begin.varint(length);
        begin.tag(ProtobufCodec.MESSAGE, BackwardBuffer.LENGTH);
        ProtobufCodec.beginEnvelope(begin, frame);
        out.write(begin.toArray());
        for (byte[] field : kept) {
            out.write(field);
        }
        for (T item : items.subList(kept.size(), items.size())) {
            byte[] field = field(number, object.apply(item));
            left -= field.length;
            check(left >= 0);
            out.write(field);
        }
        check(left == 0);
        BackwardBuffer end = new BackwardBuffer(8);
        ProtobufCodec.endEnvelope(end);
        out.write(end.toArray());
    }

    private static byte[] field(int number, Struct item) {
        BackwardBuffer out = new BackwardBuffer(2048);
        new ProtobufWriter(out).struct(item);
        out.close(number, 0);
        return out.toArray();
    }

    private static int itemsNumber(Struct frame) {
        return ProtobufCodec.layout(frame.definition()).parts().stream()
                .filter(p ->
                        p instanceof MessageLayout.Value value
                                && value.field().name().equals("items"))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(frame.definition() + " has no items"))
                .number();
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("an item of a list changed while it was written");
        }
    }
}
