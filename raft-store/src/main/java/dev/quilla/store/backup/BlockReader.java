package dev.quilla.store.backup;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;

/**
 * Reads a backup's blocks and believes none whose checksum does not fit. As a stream it is the
 * content of all CONTENT blocks. Used by one thread.
 */
final class BlockReader extends InputStream {

    private final DataInputStream in;
    private final String name;
    private final MessageDigest digest = Sha256.digest();
    private byte[] block = {};
    private int position;
    private byte kind;
    private long at;
    private long contentBytes;

    /**
     * Begins to read.
     *
     * @param name of the file, for messages
     */
    BlockReader(InputStream in, String name) {
        this.in = new DataInputStream(new BufferedInputStream(in, Block.BYTES_MAX));
        this.name = name;
    }

    /**
     * What the file says of itself before its content.
     *
     * @throws DamagedBackupException if it is no backup, or is one of another version
     */
    byte[] head() throws IOException {
        String magic = new String(in.readNBytes(Block.MAGIC_BYTES), StandardCharsets.US_ASCII);
        if (!magic.startsWith(Block.MAGIC)) {
            throw new DamagedBackupException(
                    name
                            + " is not a backup of Quilla's; a file of etcd's own goes into etcd:"
                            + " etcdutl snapshot restore");
        }
        String version = magic.substring(Block.MAGIC.length());
        if (!version.equals(Block.VERSION)) {
            throw new DamagedBackupException(
                    name
                            + " is a backup of format "
                            + version.strip()
                            + ", and this version of Quilla reads format "
                            + Block.VERSION.strip()
                            + ": use the version that wrote it, or a newer one");
        }
        digest.update(magic.getBytes(StandardCharsets.US_ASCII));
        at = Block.MAGIC_BYTES;
        next();
        if (kind != Block.HEAD) {
            throw damaged(Block.MAGIC_BYTES, "it has no head");
        }
        return block;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (kind != Block.END && (kind == Block.HEAD || position == block.length)) {
            next();
        }
        if (kind == Block.END) {
            return -1;
        }
        int part = Math.min(length, block.length - position);
        System.arraycopy(block, position, bytes, offset, part);
        position += part;
        contentBytes += part;
        return part;
    }

    private void next() throws IOException {
        long start = at;
        byte[] head = take(Block.HEAD_BYTES);
        ByteBuffer facts = ByteBuffer.wrap(head);
        byte found = facts.get();
        int plain = facts.getInt();
        int stored = facts.getInt();
        if (plain < 0 || plain > Block.BYTES_MAX || stored < 0 || stored > Block.STORED_MAX) {
            throw damaged(start, "the head of a block, bytes %d to %d, is wrong", start, at - 1);
        }
        byte[] content = take(stored);
        if (facts.getInt() != Block.checksum(found, plain, content)) {
            throw damaged(start, "bytes %d to %d do not fit their checksum", start, at - 1);
        }
        try {
            block = Block.inflate(content, plain);
        } catch (DataFormatException e) {
            throw damaged(start, "bytes %d to %d can't be unpacked", start, at - 1);
        }
        position = 0;
        kind = found;
    }

    private byte[] take(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        at += bytes.length;
        if (bytes.length < count) {
            throw damaged(at, "it ends at byte %d, too early", at);
        }
        digest.update(bytes);
        return bytes;
    }

    /** A file that was read to its end. */
    record Checked(byte[] end, long contentBytes, long fileBytes, String sha256) {}

    /**
     * Reads what is behind the content.
     *
     * @throws DamagedBackupException if there is content left, or the checksum does not fit
     */
    Checked finish() throws IOException {
        if (read() >= 0) {
            throw damaged(at, "there is more in it than it should have, before byte %d", at);
        }
        int over = (int) (at % Block.PAGE_BYTES);
        long padding = at;
        for (byte zero : take(over == 0 ? 0 : Block.PAGE_BYTES - over)) {
            if (zero != 0) {
                throw damaged(padding, "byte %d should be 0", padding);
            }
            padding++;
        }
        byte[] expected = digest.digest();
        byte[] found = in.readNBytes(Block.DIGEST_BYTES);
        if (found.length < Block.DIGEST_BYTES) {
            throw damaged(at, "it ends at byte %d, too early", at + found.length);
        }
        if (!Arrays.equals(expected, found)) {
            throw damaged(
                    at, "its SHA-256, bytes %d to %d, does not fit", at, at + found.length - 1);
        }
        at += found.length;
        if (in.read() >= 0) {
            throw damaged(at, "it goes on after its end, byte %d", at);
        }
        return new Checked(block, contentBytes, at, HexFormat.of().formatHex(expected));
    }

    /** What to say of content that is whole, and yet makes no sense. */
    DamagedBackupException damaged(String why) {
        return damaged(at, "%s, before byte %d", why, at);
    }

    private DamagedBackupException damaged(long where, String why, Object... facts) {
        return new DamagedBackupException(
                "backup %s is damaged at byte %d: %s; nothing of it is used"
                        .formatted(name, where, why.formatted(facts)));
    }
}
