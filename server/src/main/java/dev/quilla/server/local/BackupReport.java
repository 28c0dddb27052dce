package dev.quilla.server.local;

import dev.quilla.model.codec.JsonTree;
import dev.quilla.store.backup.BackupFolder;
import dev.quilla.store.backup.BackupInfo;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what backups hold, in a line or in JSON. */
final class BackupReport {

    private static final int DIGITS_SHOWN = 12;

    private final PrintStream out;
    private final boolean json;

    BackupReport(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** One backup, and what happened to it. */
    void print(String done, Path file, BackupInfo info) {
        if (json) {
            write(facts(file, info));
        } else {
            out.println(done + " " + file + ": " + line(info));
        }
    }

    /** Something that was made of a backup. */
    void print(String line, Map<String, @Nullable Object> facts) {
        if (json) {
            write(facts);
        } else {
            out.println(line);
        }
    }

    /** Many, the damaged ones among them. */
    void print(List<BackupFolder.Listed> backups) {
        if (json) {
            write(Map.of("items", backups.stream().map(BackupReport::facts).toList()));
            return;
        }
        for (BackupFolder.Listed backup : backups) {
            String name = String.valueOf(backup.file().getFileName());
            out.println(
                    backup.info()
                            .map(info -> name + ": " + line(info))
                            .orElse(name + ": NOT USABLE: " + backup.damage()));
        }
    }

    private void write(Map<String, @Nullable Object> facts) {
        out.println(new String(JsonTree.write(facts), StandardCharsets.UTF_8));
    }

    private static String line(BackupInfo info) {
        return "revision %d, %d keys, %s (%s unpacked), of %s %s at %s by %s, sha256 %s…"
                .formatted(
                        info.revision(),
                        info.entries(),
                        size(info.fileBytes()),
                        size(info.contentBytes()),
                        info.origin().kind(),
                        info.origin().clusterId(),
                        info.origin().time(),
                        info.origin().memberId(),
                        info.sha256().substring(0, DIGITS_SHOWN));
    }

    private static Map<String, @Nullable Object> facts(BackupFolder.Listed backup) {
        if (backup.info().isPresent()) {
            return facts(backup.file(), backup.info().get());
        }
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("file", backup.file().toString());
        facts.put("ok", false);
        facts.put("error", backup.damage());
        return facts;
    }

    static Map<String, @Nullable Object> facts(Path file, BackupInfo info) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("file", file.toString());
        facts.put("ok", true);
        facts.put("kind", info.origin().kind());
        facts.put("clusterId", info.origin().clusterId());
        facts.put("member", info.origin().memberId());
        facts.put("time", info.origin().time().toString());
        facts.put("revision", info.revision());
        facts.put("keys", info.entries());
        facts.put("leases", info.leases());
        facts.put("bytes", info.fileBytes());
        facts.put("contentBytes", info.contentBytes());
        facts.put("sha256", info.sha256());
        return facts;
    }

    /** Bytes as people read them. */
    static String size(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
