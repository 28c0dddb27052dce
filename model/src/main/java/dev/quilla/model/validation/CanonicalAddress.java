package dev.quilla.model.validation;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The one way to write an address, of the several that mean it. */
public final class CanonicalAddress {

    private static final int V4_BYTES = 4;
    private static final int V6_GROUPS = 8;

    private CanonicalAddress() {}

    /**
     * Of IPv6, by RFC 5952: no leading zeros, and the longest run of zero groups left out, the
     * first one of several.
     *
     * @param bytes 4 or 16
     */
    public static String of(byte[] bytes) {
        if (bytes.length == V4_BYTES) {
            return IntStream.range(0, V4_BYTES)
                    .mapToObj(i -> Integer.toString(bytes[i] & 0xff))
                    .collect(Collectors.joining("."));
        }
        List<String> groups =
                IntStream.range(0, V6_GROUPS)
                        .map(i -> (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff)
                        .mapToObj(Integer::toHexString)
                        .toList();
        int start = -1;
        int length = 1;
        for (int i = 0; i < groups.size(); i++) {
            int end = i;
            while (end < groups.size() && groups.get(end).equals("0")) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        if (start < 0) {
            return String.join(":", groups);
        }
        return String.join(":", groups.subList(0, start))
                + "::"
                + String.join(":", groups.subList(start + length, groups.size()));
    }
}
