package dev.quilla.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The generated sources; files that did not change are not touched, so that nothing is rebuilt. */
final class SourceTree {

    private final Path root;
    private final Set<Path> written = new HashSet<>();
    private final Set<String> packages = new HashSet<>();

    SourceTree(Path root) {
        this.root = root;
    }

    void write(String packageName, String className, String text) throws IOException {
        Path folder = root.resolve(packageName.replace('.', '/'));
        writeFile(folder.resolve(className + ".java"), text);
        if (!packageName.equals("dev.quilla.model") && packages.add(packageName)) {
            writeFile(
                    folder.resolve("package-info.java"),
                    "/** Typed views of the kinds of "
                            + packageName.substring("dev.quilla.model.".length())
                            + "; generated. */\n@org.jspecify.annotations.NullMarked\npackage "
                            + packageName
                            + ";\n");
        }
    }

    private void writeFile(Path file, String text) throws IOException {
        written.add(file);
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Removes what an earlier run wrote and this one did not. */
    void removeStale() throws IOException {
        List<Path> stale;
        try (Stream<Path> files = Files.walk(root)) {
            stale = files.filter(Files::isRegularFile).filter(f -> !written.contains(f)).toList();
        }
        for (Path file : stale) {
            Files.delete(file);
        }
    }
}
