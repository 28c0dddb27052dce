package dev.quilla.store.backup;

import dev.quilla.store.Contents;
import dev.quilla.store.Entry;
import dev.quilla.store.Lease;
import dev.quilla.store.StoreException;
import dev.quilla.store.mvcc.ContentsCodec;
import dev.quilla.store.mvcc.MvccState;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/** Writes backups, and reads them whole. */
public final class Backups {

    private static final int BUFFER_BYTES = 64 << 10;

    private Backups() {}

    /** Writes one; the stream stays open. */
    public static void write(Contents contents, Origin origin, OutputStream stream)
            throws IOException {
        BlockWriter blocks =
                new BlockWriter(new BufferedOutputStream(stream, BUFFER_BYTES), head(origin));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(blocks, BUFFER_BYTES));
        long entries = ContentsCodec.write(contents, out);
        out.flush();
        blocks.finish(end(entries, blocks.contentBytes()));
    }

    private static byte[] head(Origin origin) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(origin.kind());
        out.writeUTF(origin.clusterId());
        out.writeUTF(origin.memberId());
        out.writeLong(origin.time().toEpochMilli());
        return bytes.toByteArray();
    }

    private static Origin origin(byte[] head) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(head));
        return new Origin(
                in.readUTF(), in.readUTF(), in.readUTF(), Instant.ofEpochMilli(in.readLong()));
    }

    private static byte[] end(long entries, long contentBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(entries);
        out.writeLong(contentBytes);
        return bytes.toByteArray();
    }

    /**
     * Reads a file whole and checks every byte of it.
     *
     * @throws DamagedBackupException if it is not whole
     * @throws StoreException if it can't be read
     */
    public static BackupInfo verify(Path file) {
        return read(file, lease -> {}, entry -> {});
    }

    /**
     * What a backup holds, as a state for new members. Its revision is higher than that of the
     * backup, and nothing before it is kept: whoever watches from an older revision is told so.
     *
     * @param revisionsMore by how much; more than may have been written after the backup was made
     */
    public static MvccState restored(Path file, long revisionsMore) {
        ContentsCodec.Builder builder = new ContentsCodec.Builder();
        BackupInfo info = read(file, builder::add, builder::add);
        return builder.at(Math.addExact(info.revision(), revisionsMore));
    }

    private static BackupInfo read(Path file, Consumer<Lease> leases, Consumer<Entry> entries) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(new BlockReader(in, file.toString()), leases, entries);
        } catch (NoSuchFileException e) {
            throw new StoreException("there is no backup " + file, e);
        } catch (IOException e) {
            throw new StoreException("backup " + file + " can't be read: " + e, e);
        }
    }

    private static BackupInfo read(
            BlockReader blocks, Consumer<Lease> leases, Consumer<Entry> entries)
            throws IOException {
        Origin origin = origin(blocks.head());
        long[] counts = new long[2];
        long revision;
        try {
            revision =
                    ContentsCodec.read(
                            new DataInputStream(blocks),
                            lease -> {
                                counts[0]++;
                                leases.accept(lease);
                            },
                            entry -> {
                                counts[1]++;
                                entries.accept(entry);
                            });
        } catch (EOFException e) {
            throw blocks.damaged("its content ends too early");
        } catch (DamagedBackupException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw blocks.damaged(String.valueOf(e.getMessage()));
        }
        BlockReader.Checked checked = blocks.finish();
        DataInputStream end = new DataInputStream(new ByteArrayInputStream(checked.end()));
        if (end.readLong() != counts[1] || end.readLong() != checked.contentBytes()) {
            throw blocks.damaged("it does not hold what it says");
        }
        return new BackupInfo(
                origin,
                revision,
                counts[1],
                counts[0],
                checked.contentBytes(),
                checked.fileBytes(),
                checked.sha256());
    }
}
