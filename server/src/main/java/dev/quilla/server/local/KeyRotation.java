package dev.quilla.server.local;

import dev.quilla.apiserver.encryption.RootKey;
import dev.quilla.model.ApiException;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts another key in the place of the one that encrypts, while the cluster runs: every master gets
 * it, then every master uses it, then what is stored is written again. It may be broken off and
 * begun anew at any point.
 */
final class KeyRotation {

    private final KeyMasters masters;
    private final PrintStream out;

    KeyRotation(KeyMasters masters, PrintStream out) {
        this.masters = masters;
        this.out = out;
    }

    void to(RootKey key) {
        // Asks all before anything is changed.
        int count = masters.status().size();
        masters.add(key);
        masters.use(key.id());
        out.printf("%d masters encrypt with key %s%n", count, key.id());
        rewrite();
        out.println(
                "Save the key file again. Older keys stay in it, for backups made before; quilla"
                        + " secrets forget ID removes one.");
    }

    /** What a master encrypted before it was told of the new key may still come: so until none. */
    void rewrite() {
        int written = 0;
        Set<String> refused = new LinkedHashSet<>();
        for (List<String> paths = masters.outdated();
                !paths.isEmpty();
                paths = masters.outdated()) {
            int before = written;
            for (String path : paths) {
                try {
                    written += masters.rewrite(path) ? 1 : 0;
                } catch (ApiException e) {
                    refused.add(path + ": " + e.getMessage());
                }
            }
            if (written == before && !refused.isEmpty()) {
                throw new LocalClusterException(
                        "%d objects could not be written again, and stay as they were: %s"
                                .formatted(refused.size(), refused.iterator().next()));
            }
        }
        out.printf("%d objects written again%n", written);
    }
}
