package dev.quilla.store.mvcc;

import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A number that follows from everything that ever changed a state, in order: members that have
 * applied the same log have the same one. Finds mistakes, not attackers.
 */
final class Digest {

    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private Digest() {}

    static long after(long digest, Event event) {
        return switch (event) {
            case Event.Put put -> after(digest, put.entry());
            case Event.Deleted deleted ->
                    after(after(digest, -1), after(deleted.revision(), deleted.previous()));
        };
    }

    static long after(long digest, Entry entry) {
        long sum = after(digest, checksum(entry.key().text()));
        sum = after(sum, checksum(entry.value()));
        sum = after(sum, entry.createRevision());
        sum = after(sum, entry.modRevision());
        return after(after(sum, entry.version()), entry.lease().number());
    }

    static long after(long digest, long fact) {
        long mixed = (digest ^ fact) * PRIME;
        return mixed ^ (mixed >>> 29);
    }

    private static long checksum(String text) {
        return checksum(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static long checksum(Bytes bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.shared(), 0, bytes.length());
        return crc.getValue();
    }
}
