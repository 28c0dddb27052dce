package dev.quilla.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds for every file of the repository, whatever it is written in. */
class RepositoryTest {

    /** Not ours to judge: made by builds, tools and running clusters. */
    private static final Set<String> SKIPPED =
            Set.of("target", ".git", ".quilla", ".idea", ".vscode", "node_modules");

    /** Hosts that a public source tree may name. */
    private static final Set<String> PUBLIC_HOSTS =
            Set.of(
                    "apache.org",
                    "w3.org",
                    "k8s.io",
                    "kubernetes.io",
                    "github.com",
                    "docker.io",
                    "quilla.dev",
                    "cluster.local",
                    "example.com",
                    "invalid",
                    "svc",
                    "iana.org",
                    "windows.net",
                    "test");

    private static final int LINES_MAX = 600;

    private static final Pattern URL = Pattern.compile("https?://([A-Za-z][A-Za-z0-9.-]*)");
    private static final Pattern MACHINE_PATH =
            Pattern.compile(
                    "(?<![\\w.])/(work/\\w|root/|home/\\w+/|Users/\\w+/|tmp/(wt|quilla)/)[\\w./-]*");

    @Test
    void namesNoMachine() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : files()) {
            for (String line : linesOf(file)) {
                Matcher matcher = MACHINE_PATH.matcher(line);
                while (matcher.find()) {
                    wrong.add(file + ": " + matcher.group());
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void namesOnlyPublicHosts() throws IOException {
        TreeSet<String> wrong = new TreeSet<>();
        for (Path file : files()) {
            for (String line : linesOf(file)) {
                Matcher matcher = URL.matcher(line);
                while (matcher.find()) {
                    if (!isPublic(matcher.group(1))) {
                        wrong.add(file + ": " + matcher.group(1));
                    }
                }
            }
        }
        assertEquals(new TreeSet<>(), wrong);
    }

    private static boolean isPublic(String host) {
        return !host.contains(".")
                || PUBLIC_HOSTS.stream().anyMatch(h -> host.equals(h) || host.endsWith("." + h));
    }

    @Test
    void sourceFilesAreShort() throws IOException {
        List<String> long_ = new ArrayList<>();
        for (Path file : files()) {
            if (file.toString().endsWith(".java") && linesOf(file).size() > LINES_MAX) {
                long_.add(file + ": " + linesOf(file).size() + " lines");
            }
        }
        assertEquals(List.of(), long_);
    }

    @Test
    void linksBetweenDocumentsLead() throws IOException {
        Pattern link = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)");
        List<String> broken = new ArrayList<>();
        for (Path file : files()) {
            if (!file.toString().endsWith(".md")) {
                continue;
            }
            for (String line : linesOf(file)) {
                Matcher matcher = link.matcher(line);
                while (matcher.find()) {
                    Path folder = root().resolve(file).getParent();
                    if (folder == null || !Files.exists(folder.resolve(matcher.group(1)))) {
                        broken.add(file + ": " + matcher.group(1));
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static List<String> linesOf(Path file) throws IOException {
        try {
            return Files.readAllLines(root().resolve(file));
        } catch (MalformedInputException e) {
            return List.of(); // not text
        }
    }

    private static List<Path> files() throws IOException {
        Path root = root();
        List<Path> result = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a) {
                        return SKIPPED.contains(String.valueOf(dir.getFileName()))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
                        String name = String.valueOf(file.getFileName());
                        if (a.isRegularFile() && !name.equals(".git")) {
                            result.add(root.relativize(file));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return result;
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(path.resolve("quilla"))) {
            Path parent = path.getParent();
            if (parent == null) {
                throw new IllegalStateException("no checkout of Quilla around the test");
            }
            path = parent;
        }
        return path;
    }
}
