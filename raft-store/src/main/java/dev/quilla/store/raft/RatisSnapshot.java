package dev.quilla.store.raft;

import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.util.MD5FileUtil;

/** A state in a file as Ratis wants it, which sends it to other members: with its MD5 beside it. */
final class RatisSnapshot {

    private RatisSnapshot() {}

    /** Writes beside its place, forces to disk, then renames. */
    static FileInfo write(MvccState state, Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        MessageDigest digest = md5();
        try (SteadyFile raw = new SteadyFile(temporary)) {
            SnapshotFile.write(state, new DigestOutputStream(raw, digest));
            raw.force();
        }
        MD5Hash hash = MD5Hash.newInstance(digest.digest());
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        MD5FileUtil.saveMD5File(file.toFile(), hash);
        return new FileInfo(file, hash);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
