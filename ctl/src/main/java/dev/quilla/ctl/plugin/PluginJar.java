package dev.quilla.ctl.plugin;

import dev.quilla.ctl.failure.CommandException;
import dev.quilla.model.validation.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/**
 * A plugin's JAR, checked before anything is sent.
 *
 * @param id {@code Plugin-Id} of its manifest
 * @param version {@code Plugin-Version} of its manifest
 * @param sha256 of the whole file, in hexadecimal
 */
record PluginJar(Path file, String id, String version, String sha256, long sizeBytes) {

    private static final long SIZE_BYTES_MAX = 256L << 20;
    private static final String EXTENSIONS = "META-INF/extensions.idx";

    /**
     * Reads and checks a JAR.
     *
     * @throws CommandException if nodes could not load it; says what is wrong with it
     */
    static PluginJar read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > SIZE_BYTES_MAX) {
            throw new CommandException(
                    "%s is larger than %d MiB, the most that a plugin may be"
                            .formatted(file, SIZE_BYTES_MAX >> 20));
        }
        try (JarFile jar = new JarFile(file.toFile())) {
            Attributes manifest = manifest(jar, file);
            String id = required(manifest, "Plugin-Id", file);
            String version = required(manifest, "Plugin-Version", file);
            checkClass(jar, manifest, file);
            checkExtensions(jar, file);
            return new PluginJar(file, id, version, digest(file), size);
        } catch (ZipException e) {
            throw new CommandException(file + " is no JAR: " + e.getMessage());
        }
    }

    private static Attributes manifest(JarFile jar, Path file) throws IOException {
        Manifest manifest = jar.getManifest();
        if (manifest == null) {
            throw new CommandException(
                    file + " has no manifest: a plugin's names Plugin-Id and Plugin-Version");
        }
        return manifest.getMainAttributes();
    }

    private static String required(Attributes manifest, String name, Path file) {
        String value = manifest.getValue(name);
        if (value == null || value.isBlank()) {
            throw new CommandException(
                    "%s is no plugin: its manifest has no %s".formatted(file, name));
        }
        return value.strip();
    }

    /** The class is optional; one that is named must be there. */
    private static void checkClass(JarFile jar, Attributes manifest, Path file) {
        String name = manifest.getValue("Plugin-Class");
        if (name == null || name.isBlank() || name.startsWith("org.pf4j.")) {
            return;
        }
        if (jar.getEntry(name.strip().replace('.', '/') + ".class") == null) {
            throw new CommandException(
                    "%s names Plugin-Class %s, but does not hold it".formatted(file, name.strip()));
        }
    }

    private static void checkExtensions(JarFile jar, Path file) {
        if (jar.getEntry(EXTENSIONS) == null) {
            throw new CommandException(
                    file
                            + " has no extension: mark the class that implements QuillaPlugin with"
                            + " @Extension and build with -processor"
                            + " org.pf4j.processor.ExtensionAnnotationProcessor");
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * The name under which it is installed when nothing else is said.
     *
     * @throws CommandException if the id makes none
     */
    String defaultName() {
        String name = id.toLowerCase(Locale.ROOT);
        if (Names.subdomain(name).isPresent()) {
            throw new CommandException(
                    "the plugin's id \"%s\" makes no name for an object: give one with --name"
                            .formatted(id));
        }
        return name;
    }
}
