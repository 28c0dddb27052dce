package dev.quilla.store.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;

/**
 * A file of the log as bytes: a head, then records of a length, an entry and a checksum, then
 * zeros. Tells how far it is whole, and whether what follows is a write that was cut off.
 *
 * <p>Ratis 3.3 takes any record that reaches beyond the end of its file for one that was cut off,
 * and drops it with all that follows; so a flipped bit in a length loses entries that were
 * acknowledged. It also takes a write whose last pages never reached the disk for damage, and does
 * not start.
 */
final class LogSegmentFile {

    private static final byte[] HEAD = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

    /** No disk writes half of one. */
    private static final int SECTOR = 512;

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int LENGTH_BYTES_MAX = 5;

    private final byte[] bytes;
    private int entries;
    private int end;
    private int lastStart;

    private LogSegmentFile(byte[] bytes) {
        this.bytes = bytes;
    }

    static LogSegmentFile read(Path file) throws IOException {
        LogSegmentFile segment = new LogSegmentFile(Files.readAllBytes(file));
        segment.walk();
        return segment;
    }

    private void walk() {
        if (!startsWithHead()) {
            return;
        }
        end = HEAD.length;
        OptionalInt next = wholeRecord(bytes, end);
        while (next.isPresent()) {
            lastStart = end;
            end = next.getAsInt();
            entries++;
            next = wholeRecord(bytes, end);
        }
    }

    private boolean startsWithHead() {
        return bytes.length >= HEAD.length
                && Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length);
    }

    /** How many entries are whole, from the first on. */
    int entries() {
        return entries;
    }

    /** Where they end. */
    int end() {
        return end;
    }

    /** The term of the last whole entry; 0 if there is none. */
    long lastTerm() throws IOException {
        if (entries == 0) {
            return 0;
        }
        int start = lastStart + lengthBytes(bytes, lastStart);
        return LogEntryProto.parseFrom(ByteBuffer.wrap(bytes, start, end - CHECKSUM_BYTES - start))
                .getTerm();
    }

    /** Whether nothing follows the whole entries. */
    boolean isClean() {
        return isZero(end, bytes.length);
    }

    /**
     * Whether what follows the whole entries is the beginning of a write whose rest never reached
     * the disk: no such write was ever acknowledged. Whatever could be anything else is not.
     */
    boolean isTorn() {
        if (isClean()) {
            return false;
        }
        if (entries == 0 && end == 0) {
            return isTornHead();
        }
        int claimed = recordEnd(bytes, end);
        int cut = firstZeroSector(end);
        return claimed > cut && isZero(cut, bytes.length) && !isOneBitFromWhole();
    }

    private boolean isTornHead() {
        int same = Arrays.mismatch(bytes, HEAD);
        return same < 0 || isZero(same, bytes.length);
    }

    /** Or the end of the file, beyond which nothing was written either. */
    private int firstZeroSector(int from) {
        for (int at = from / SECTOR * SECTOR; at < bytes.length; at += SECTOR) {
            if (isZero(Math.max(at, from), Math.min(at + SECTOR, bytes.length))) {
                return Math.max(at, from);
            }
        }
        return bytes.length;
    }

    /**
     * A flipped bit in the length makes a record that was whole look as if its end were missing.
     */
    private boolean isOneBitFromWhole() {
        byte[] tried = bytes.clone();
        for (int bit = 0; bit < Byte.SIZE * LENGTH_BYTES_MAX; bit++) {
            int at = end + bit / Byte.SIZE;
            if (at < tried.length) {
                tried[at] ^= (byte) (1 << bit % Byte.SIZE);
                if (wholeRecord(tried, end).isPresent()) {
                    return true;
                }
                tried[at] ^= (byte) (1 << bit % Byte.SIZE);
            }
        }
        return false;
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where a record ends, if it is whole. */
    private static OptionalInt wholeRecord(byte[] bytes, int start) {
        int recordEnd = recordEnd(bytes, start);
        if (recordEnd > bytes.length || start >= bytes.length || bytes[start] == 0) {
            return OptionalInt.empty();
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, start, recordEnd - CHECKSUM_BYTES - start);
        int written = ByteBuffer.wrap(bytes).getInt(recordEnd - CHECKSUM_BYTES);
        return written == (int) checksum.getValue()
                ? OptionalInt.of(recordEnd)
                : OptionalInt.empty();
    }

    /** Where a record says that it ends; beyond everything if it says nothing that can be. */
    private static int recordEnd(byte[] bytes, int start) {
        int bytesOfLength = lengthBytes(bytes, start);
        long length = 0;
        for (int i = 0; i < bytesOfLength; i++) {
            length |= (bytes[start + i] & 0x7FL) << 7 * i;
        }
        long recordEnd = start + bytesOfLength + length + CHECKSUM_BYTES;
        return bytesOfLength == 0 || recordEnd > Integer.MAX_VALUE
                ? Integer.MAX_VALUE
                : (int) recordEnd;
    }

    /** How many bytes the length of a record takes; 0 if it does not end. */
    private static int lengthBytes(byte[] bytes, int start) {
        for (int i = 0; i < LENGTH_BYTES_MAX && start + i < bytes.length; i++) {
            if (bytes[start + i] >= 0) {
                return i + 1;
            }
        }
        return 0;
    }
}
