package dev.quilla.store.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Writes a backup's blocks, and the checksum of them all. Used by one thread. */
final class BlockWriter extends OutputStream {

    private final OutputStream out;
    private final MessageDigest digest = Sha256.digest();
    private final byte[] buffer = new byte[Block.BYTES_MAX];
    private int filled;
    private long contentBytes;
    private long fileBytes;

    /** Begins a file. */
    BlockWriter(OutputStream out, byte[] head) throws IOException {
        this.out = out;
        put((Block.MAGIC + Block.VERSION).getBytes(StandardCharsets.US_ASCII));
        put(Block.encode(Block.HEAD, head, head.length));
    }

    /** How many bytes of content there were. */
    long contentBytes() {
        return contentBytes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, buffer.length - filled);
            System.arraycopy(bytes, offset + done, buffer, filled, part);
            filled += part;
            done += part;
            if (filled == buffer.length) {
                endBlock();
            }
        }
        contentBytes += length;
    }

    private void endBlock() throws IOException {
        if (filled > 0) {
            put(Block.encode(Block.CONTENT, buffer, filled));
            filled = 0;
        }
    }

    /** Ends the content, and the file. */
    void finish(byte[] end) throws IOException {
        endBlock();
        put(Block.encode(Block.END, end, end.length));
        int over = (int) (fileBytes % Block.PAGE_BYTES);
        put(new byte[over == 0 ? 0 : Block.PAGE_BYTES - over]);
        out.write(digest.digest());
        out.flush();
    }

    private void put(byte[] bytes) throws IOException {
        digest.update(bytes);
        out.write(bytes);
        fileBytes += bytes.length;
    }
}
