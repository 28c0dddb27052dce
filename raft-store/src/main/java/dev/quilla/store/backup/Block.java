package dev.quilla.store.backup;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The pieces that a backup is made of: each has a head of its kind, its length before and after
 * compression, and a checksum over all that and its compressed bytes. A file is
 *
 * <pre>
 * magic number and version (16 bytes), one HEAD, any number of CONTENT, one END,
 * zeros up to a multiple of 512, SHA-256 of everything before
 * </pre>
 *
 * so that etcd's tools find the checksum where they look for it: in the last 32 bytes of a file
 * whose size leaves 32 when divided by 512.
 */
final class Block {

    /** How every backup begins; the version follows. */
    static final String MAGIC = "QUILLA-BACKUP-";

    static final String VERSION = "1\n";
    static final int MAGIC_BYTES = 16;

    static final byte HEAD = 'H';
    static final byte CONTENT = 'C';
    static final byte END = 'E';

    /** What a block holds at the most, before it is compressed. */
    static final int BYTES_MAX = 256 << 10;

    /** What deflated bytes may be longer than plain ones. */
    static final int STORED_MAX = BYTES_MAX + (1 << 10);

    static final int HEAD_BYTES = 1 + 3 * Integer.BYTES;
    static final int PAGE_BYTES = 512;
    static final int DIGEST_BYTES = 32;

    private Block() {}

    /** A block as it is in the file. */
    static byte[] encode(byte kind, byte[] plain, int length) throws IOException {
        byte[] stored = deflate(plain, length);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEAD_BYTES + stored.length);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(kind);
        out.writeInt(length);
        out.writeInt(stored.length);
        out.writeInt(checksum(kind, length, stored));
        out.write(stored);
        return bytes.toByteArray();
    }

    static int checksum(byte kind, int length, byte[] stored) {
        CRC32C crc = new CRC32C();
        crc.update(
                ByteBuffer.allocate(1 + 2 * Integer.BYTES)
                        .put(kind)
                        .putInt(length)
                        .putInt(stored.length)
                        .flip());
        crc.update(stored);
        return (int) crc.getValue();
    }

    private static byte[] deflate(byte[] plain, int length) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(plain, 0, length);
            deflater.finish();
            byte[] buffer = new byte[STORED_MAX];
            int size = deflater.deflate(buffer);
            if (!deflater.finished()) {
                throw new IllegalStateException("a block grew by being compressed");
            }
            return java.util.Arrays.copyOf(buffer, size);
        } finally {
            deflater.end();
        }
    }

    /**
     * The plain bytes.
     *
     * @throws DataFormatException if there are not as many as there should be
     */
    static byte[] inflate(byte[] stored, int length) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            byte[] plain = new byte[length];
            int size = inflater.inflate(plain);
            if (size != length || (!inflater.finished() && inflater.inflate(new byte[1]) != 0)) {
                throw new DataFormatException("it does not have " + length + " bytes");
            }
            return plain;
        } finally {
            inflater.end();
        }
    }
}
