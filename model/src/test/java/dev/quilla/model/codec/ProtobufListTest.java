package dev.quilla.model.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.Definition;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProtobufListTest {

    private static final Definition LIST = definition("core.v1.ConfigMapList");
    private static final Definition ITEM = definition("core.v1.ConfigMap");

    private static final Struct FRAME =
            struct(
                    LIST,
                    "{'kind':'ConfigMapList','apiVersion':'v1',"
                            + "'metadata':{'resourceVersion':'7','continue':'more'}}");

    @Test
    void isWhatTheWholeListIs() throws IOException {
        for (int count : List.of(0, 1, 3)) {
            List<Struct> items =
                    IntStream.range(0, count).mapToObj(i -> item("item-" + i, i)).toList();
            byte[] written = written(items, Function.identity());
            Struct whole = FRAME.edit().set(LIST.field("items"), items).build();
            assertArrayEquals(
                    ProtobufCodec.encode(count == 0 ? FRAME : whole), written, count + " items");
            Struct read = ProtobufCodec.decode(LIST, ProtobufCodec.open(written));
            assertEquals(count == 0 ? FRAME : whole, read);
        }
    }

    @Test
    void holdsNoMoreThanSomeOfALongList() throws IOException {
        int bytes = 64 << 10;
        int count = 20 * ProtobufList.KEPT_BYTES_MAX / bytes;
        Struct item = item("large", bytes);
        long size = ProtobufCodec.encode(item).length;
        long[] made = {0};
        long[] sent = {0};
        OutputStream counter =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        sent[0]++;
                    }

                    @Override
                    public void write(byte[] piece, int offset, int length) {
                        assertTrue(length <= size, "no piece is larger than an item");
                        sent[0] += length;
                    }
                };
        ProtobufList.write(
                FRAME,
                Collections.nCopies(count, item),
                one -> {
                    made[0]++;
                    long unsent = made[0] - count - 1;
                    // Once the length is known, each is made when all before it are sent.
                    assertTrue(unsent < 0 || sent[0] >= unsent * (long) bytes);
                    return one;
                },
                counter);
        assertTrue(sent[0] > (long) count * bytes, "all are sent");
        int kept = Math.toIntExact(2L * count - made[0]);
        assertTrue(kept > 0 && kept <= ProtobufList.KEPT_BYTES_MAX / bytes, kept + " are kept");
    }

    @Test
    void refusesItemsThatChangeUnderWay() {
        int[] size = {ProtobufList.KEPT_BYTES_MAX};
        assertThrows(
                IllegalStateException.class,
                () -> written(List.of(1, 2), i -> item("growing", size[0]++)));
    }

    @Test
    void onlyListsHaveItems() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        ProtobufList.write(
                                item("no-list", 1),
                                List.<Struct>of(),
                                Function.identity(),
                                OutputStream.nullOutputStream()));
    }

    private static <T> byte[] written(List<T> items, Function<T, Struct> object)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ProtobufList.write(FRAME, items, object, out);
        return out.toByteArray();
    }

    private static Struct item(String name, int bytes) {
        return struct(
                ITEM,
                "{'metadata':{'name':'" + name + "'},'data':{'k':'" + "x".repeat(bytes) + "'}}");
    }

    private static Struct struct(Definition definition, String json) {
        return JsonCodec.decode(definition, json.replace('\'', '"').getBytes(UTF_8));
    }

    private static Definition definition(String name) {
        return Schema.builtin().definition(name);
    }
}
