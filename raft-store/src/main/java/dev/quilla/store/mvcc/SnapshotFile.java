package dev.quilla.store.mvcc;

import dev.quilla.store.DamagedException;
import dev.quilla.store.StoreException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** A state in a file: what {@link SnapshotCodec} writes, and a checksum of it. */
public final class SnapshotFile {

    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotFile() {}

    /** Writes a state and its checksum, in pieces that are not small. */
    public static void write(MvccState state, OutputStream raw) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32C());
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(checked, BUFFER_BYTES));
        SnapshotCodec.write(state, out);
        out.flush();
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    /**
     * Reads a state.
     *
     * @throws DamagedException if the file is damaged
     * @throws StoreException if another version of Quilla wrote it
     */
    public static MvccState read(Path file) {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return read(raw);
        } catch (OtherVersionException e) {
            throw new StoreException("snapshot " + file + " " + e.getMessage(), e);
        } catch (EOFException e) {
            throw damaged(file, "it ends too early");
        } catch (IOException | RuntimeException e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a state and checks its checksum.
     *
     * @throws IOException if it does not fit
     */
    public static MvccState read(InputStream raw) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(raw, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        MvccState state = SnapshotCodec.read(in);
        long expected = checked.getChecksum().getValue();
        if (in.readLong() != expected) {
            throw new IOException("its checksum does not fit");
        }
        return state;
    }

    private static DamagedException damaged(Path file, String why) {
        return new DamagedException("snapshot " + file + " is damaged (" + why + ")");
    }
}
