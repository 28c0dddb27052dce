package dev.quilla.apiserver.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Spoils bytes: what fuzzers do to a body that was right. */
final class Mutations {

    private static final List<String> TOKENS =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "\"",
                    "\\",
                    "\\u0000",
                    "\\ud800",
                    "null",
                    "true",
                    "-",
                    "1e999999999",
                    "1e-999999999",
                    "99999999999999999999",
                    "-0",
                    "0x10",
                    "NaN",
                    "Infinity",
                    "&a ",
                    "*a",
                    "<<: ",
                    "!!binary ",
                    "!!set ",
                    "!<tag:x> ",
                    "---\n",
                    "...\n",
                    "? ",
                    "| ",
                    "> ",
                    "\t",
                    "\u0000",
                    "\r\n",
                    "\ufeff",
                    "$patch: delete",
                    "\"$patch\":\"replace\",",
                    "\"$retainKeys\":[\"a\"],",
                    "\"$setElementOrder/containers\":[{\"name\":\"a\"}],",
                    "\"$deleteFromPrimitiveList/finalizers\":[\"a\"],",
                    "\"metadata\":null,",
                    "\"kind\":1,",
                    "\"apiVersion\":[],");

    private final RandomGenerator random;

    Mutations(RandomGenerator random) {
        this.random = random;
    }

    /** The bytes, changed in one to four places. */
    byte[] of(byte[] bytes) {
        byte[] result = bytes;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            result = once(result);
        }
        return result;
    }

    private byte[] once(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int length = random.nextInt(Math.min(bytes.length - at, 64) + 1);
        return switch (random.nextInt(7)) {
            case 0 -> flipped(bytes);
            case 1 -> spliced(bytes, at, length, new byte[0]);
            case 2 -> spliced(bytes, at, 0, part(bytes, at, length));
            case 3 -> part(bytes, 0, at);
            case 4 -> spliced(bytes, at, 0, token());
            case 5 -> spliced(bytes, at, length, token());
            default -> {
                byte[] noise = new byte[random.nextInt(12)];
                random.nextBytes(noise);
                yield spliced(bytes, at, length, noise);
            }
        };
    }

    private byte[] token() {
        String token = TOKENS.get(random.nextInt(TOKENS.size()));
        return token.repeat(random.nextInt(20) == 0 ? 500 : 1).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] flipped(byte[] bytes) {
        byte[] result = bytes.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return result;
    }

    private static byte[] part(byte[] bytes, int from, int length) {
        return java.util.Arrays.copyOfRange(bytes, from, from + length);
    }

    private static byte[] spliced(byte[] bytes, int at, int gone, byte[] more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + more.length);
        out.write(bytes, 0, at);
        out.writeBytes(more);
        out.write(bytes, at + gone, bytes.length - at - gone);
        return out.toByteArray();
    }
}
