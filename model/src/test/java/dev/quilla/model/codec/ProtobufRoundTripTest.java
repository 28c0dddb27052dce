package dev.quilla.model.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Definition;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Objects of every kind survive protobuf; anything else is refused and never breaks the reader. */
class ProtobufRoundTripTest {

    private static final List<Definition> KINDS =
            Schema.builtin().definitions().stream()
                    .filter(d -> !d.kinds().isEmpty() && ProtobufCodec.supports(d))
                    .toList();

    @Property(tries = 20)
    void everyKindIsReadAsItWasWritten(@ForAll long seed) {
        for (Definition definition : KINDS) {
            Struct object = new RandomStructs(new Random(seed)).object(definition);
            byte[] written = ProtobufCodec.encode(object);
            Struct read = ProtobufCodec.decode(definition, ProtobufCodec.open(written));
            assertEquals(object, read);
            assertArrayEquals(JsonCodec.encode(object), JsonCodec.encode(read));
        }
    }

    @Property(tries = 20)
    void whatJsonHasIsReadAsItWasWritten(@ForAll long seed) {
        for (Definition definition : KINDS) {
            Struct object =
                    JsonCodec.decode(
                            definition,
                            JsonCodec.encode(
                                    new RandomStructs(new Random(seed)).object(definition)));
            Struct read =
                    ProtobufCodec.decode(
                            definition, ProtobufCodec.open(ProtobufCodec.encode(object)));
            assertEquals(
                    new String(JsonCodec.encode(object), java.nio.charset.StandardCharsets.UTF_8),
                    new String(JsonCodec.encode(read), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Property(tries = 300)
    void damagedMessagesAreReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        Definition definition = KINDS.get(random.nextInt(KINDS.size()));
        byte[] bytes = ProtobufCodec.encode(new RandomStructs(random).object(definition));
        for (int i = 0; i < 30; i++) {
            byte[] damaged = bytes.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                Envelope envelope = ProtobufCodec.open(damaged);
                Struct read = ProtobufCodec.decode(definition, envelope);
                // Whatever was read can be stored, which means written as JSON and read again.
                JsonCodec.decode(definition, JsonCodec.encode(read));
            } catch (DecodeException e) {
                // Refused in the way that callers expect.
            }
        }
    }
}
