package dev.quilla.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** The source tree that these tests are part of. */
public final class Checkout {

    private Checkout() {}

    /** The directory of the {@code quilla} script. */
    public static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(directory.resolve("quilla"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new AssertionError("these tests run inside a checkout of Quilla");
            }
        }
        return directory;
    }
}
