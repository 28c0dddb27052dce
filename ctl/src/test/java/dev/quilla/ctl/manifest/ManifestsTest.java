package dev.quilla.ctl.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Console;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {

    @TempDir private Path folder;

    private static Console console(String input) {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                nowhere,
                nowhere,
                Map.of());
    }

    private static List<String> names(List<Tree> objects) {
        return objects.stream().map(Tree::name).toList();
    }

    private static String object(String name) {
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\n";
    }

    @Test
    void documentsAndListsAreTakenApart() throws IOException {
        String text =
                object("a")
                        + "---\n---\n"
                        + "apiVersion: v1\nkind: List\nitems:\n"
                        + "- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n"
                        + "- {apiVersion: v1, kind: Pod, metadata: {name: c}}\n";
        assertEquals(
                List.of("a", "b", "c"), names(Manifests.read(List.of("-"), false, console(text))));
    }

    @Test
    void ofAFolderOnlyManifestsAreReadInOrder() throws IOException {
        Files.createDirectories(folder.resolve("deeper"));
        Files.writeString(folder.resolve("2.yaml"), object("two"));
        Files.writeString(folder.resolve("1.yml"), object("one"));
        Files.writeString(folder.resolve("readme.txt"), "no manifest");
        Files.writeString(folder.resolve("deeper/3.yaml"), object("three"));
        List<String> name = List.of(folder.toString());
        assertEquals(List.of("one", "two"), names(Manifests.read(name, false, console(""))));
        assertEquals(
                List.of("one", "two", "three"), names(Manifests.read(name, true, console(""))));
    }

    @Test
    void whatIsNoObjectIsRefusedWithItsSource() throws IOException {
        Path file = Files.writeString(folder.resolve("x.yaml"), "a: 1\n");
        String message =
                String.valueOf(
                        assertThrows(
                                        CommandException.class,
                                        () ->
                                                Manifests.read(
                                                        List.of(file.toString()),
                                                        false,
                                                        console("")))
                                .getMessage());
        assertEquals(file + ": an object needs apiVersion and kind", message);
    }

    @Test
    void brokenYamlIsRefusedOnOneLine() {
        String message =
                String.valueOf(
                        assertThrows(
                                        CommandException.class,
                                        () ->
                                                Manifests.read(
                                                        List.of("-"), false, console("a: [b\n")))
                                .getMessage());
        assertTrue(message.startsWith("standard input: invalid YAML"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void nothingToReadIsSaid() {
        assertThrows(UsageException.class, () -> Manifests.read(List.of(), false, console("")));
        assertThrows(
                CommandException.class, () -> Manifests.read(List.of("-"), false, console("")));
        assertThrows(
                NoSuchFileException.class,
                () ->
                        Manifests.read(
                                List.of(folder.resolve("none").toString()), false, console("")));
    }
}
