package dev.quilla.server.demo;

import dev.quilla.ctl.CommandLineTool;
import dev.quilla.ctl.session.Console;
import dev.quilla.kubelet.runtime.docker.DockerConfig;
import dev.quilla.kubelet.runtime.docker.LocalImage;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Deploys the sample into a local cluster, through the API and by the command line as anybody
 * would. Doing it again changes nothing.
 */
public final class Demo {

    private static final String SAMPLE = Sample.class.getName();
    private static final String CLASS_FILE = SAMPLE.replace('.', '/') + ".class";
    private static final Path USUAL = Path.of(".quilla").toAbsolutePath();
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int ID_LETTERS = 12;

    private final Path clusterDirectory;
    private final Path folder;
    private final RuntimeMode runtime;
    private final NetworkMode network;
    private final PrintStream out;

    /**
     * A demo in a cluster.
     *
     * @param clusterDirectory where the cluster lives; the demo keeps its files in a folder there
     */
    public Demo(Path clusterDirectory, RuntimeMode runtime, NetworkMode network, PrintStream out) {
        this.clusterDirectory = clusterDirectory;
        this.folder = clusterDirectory.resolve("demo");
        this.runtime = runtime;
        this.network = network;
        this.out = out;
    }

    /**
     * Deploys it, and returns once it answers.
     *
     * @throws DemoException if it does not, saying why
     */
    public void up(Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String seconds = timeout.toSeconds() + "s";
        apply(manifest());
        for (String name : List.of("back", "front")) {
            ctl("", "rollout", "status", "deployment/" + name, "-n", "demo", "--timeout", seconds);
        }
        String address =
                ctl(
                        "",
                        "get",
                        "service",
                        "front",
                        "-n",
                        "demo",
                        "-o",
                        "jsonpath={.spec.clusterIP}");
        URI url = URI.create("http://" + address + ":8080/");
        String answer = await(url, deadline);
        out.println(
                "demo: two services, of which front asks back. Ask front, as often as you like:");
        out.println("  curl --noproxy '*' " + url);
        answer.lines().forEach(line -> out.println("  " + line));
        String where = clusterDirectory.equals(USUAL) ? "" : " --dir " + clusterDirectory;
        out.println("Look at it: ./quilla get all -n demo" + where);
        out.println("End it:     ./quilla delete namespace demo" + where);
    }

    /** Removes what the demo left outside of the cluster. */
    public void purge() throws IOException {
        Path image = folder.resolve("image");
        if (Files.exists(image)) {
            new LocalImage(DockerConfig.DEFAULT_HOST, Files.readString(image)).remove();
        }
        Trees.delete(folder);
    }

    private String manifest() throws IOException, InterruptedException {
        Path classes = folder.resolve("classes");
        byte[] program = resource("/" + CLASS_FILE);
        Path file = classes.resolve(CLASS_FILE);
        Files.createDirectories(file.getParent());
        Files.write(file, program);
        Path javaHome = Path.of(System.getProperty("java.home"));
        String image = "host";
        if (runtime == RuntimeMode.DOCKER) {
            image = "quilla-demo:" + id(program);
            Files.writeString(folder.resolve("image"), image);
            new DemoImage(javaHome, classes, folder.resolve("work")).ensure(image);
        }
        boolean host = runtime == RuntimeMode.PROCESS;
        // Without a network of its own a pod has no cluster DNS, but every pod has these variables.
        String back =
                network == NetworkMode.BRIDGE
                        ? "http://back:8080/"
                        : "http://$(BACK_SERVICE_HOST):$(BACK_SERVICE_PORT)/";
        return new String(resource("demo.yaml"), StandardCharsets.UTF_8)
                .replace("@IMAGE@", image)
                .replace("@JAVA@", host ? javaHome.resolve("bin/java").toString() : DemoImage.JAVA)
                .replace("@CLASSES@", host ? classes.toString() : DemoImage.CLASSES)
                .replace("@BACK@", back);
    }

    /** Names what is in the image, so that another JDK or program makes another one. */
    private static String id(byte[] program) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(program);
            digest.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest()).substring(0, ID_LETTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Demo.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private void apply(String manifest) {
        ctl(manifest, "apply", "-f", "-").lines().forEach(out::println);
    }

    private String ctl(String input, String... words) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(result, true, StandardCharsets.UTF_8);
        Console console =
                new Console(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        to,
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        Map.of());
        String[] all =
                Stream.concat(
                                Stream.of(words[0], "--dir", clusterDirectory.toString()),
                                Stream.of(words).skip(1))
                        .toArray(String[]::new);
        int code = new CommandLineTool(console).run(all);
        to.flush();
        if (code != 0) {
            throw new DemoException(
                    "the demo does not come up: %s (look with quilla describe pods -n demo)"
                            .formatted(lastLine(errors.toString(StandardCharsets.UTF_8))));
        }
        return result.toString(StandardCharsets.UTF_8).strip();
    }

    private static String lastLine(String text) {
        return text.lines().reduce((a, b) -> b).orElse("no reason given").replace("quilla: ", "");
    }

    /** The first answer of the front. */
    private static String await(URI url, long deadline) throws IOException, InterruptedException {
        while (true) {
            try {
                return get(url);
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new DemoException(
                            "the demo's pods are ready, but nothing answers at %s: %s"
                                    .formatted(url, e.getMessage()));
                }
            }
            Thread.sleep(LOOK);
        }
    }

    private static String get(URI url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(1000);
        connection.setReadTimeout(5000);
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
