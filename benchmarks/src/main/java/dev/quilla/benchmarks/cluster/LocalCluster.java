package dev.quilla.benchmarks.cluster;

import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.kubeconfig.Kubeconfig;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A cluster that {@code ./quilla up} runs on this machine, seen from the checkout's directory. */
public record LocalCluster(Path directory) {

    /** A process of the cluster. */
    public record Member(String name, String role, long pid, String url) {

        /** Resident memory, as the kernel counts it. */
        public long residentMebibytes() throws IOException {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** How a client of the cluster's administrator reaches it. */
    public HttpsOptions options() throws IOException {
        return Kubeconfig.load(directory.resolve("kubeconfig")).access().options();
    }

    /** Starts what does not run, and returns when all is ready. */
    public void up(String... flags) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("--detach"));
        words.addAll(List.of(flags));
        quilla("up", words);
    }

    /** The masters that run. */
    public List<Member> masters() throws IOException, InterruptedException {
        return members("masters");
    }

    /** The workers that run. */
    List<Member> workers() throws IOException, InterruptedException {
        return members("workers");
    }

    private List<Member> members(String which) throws IOException, InterruptedException {
        Object report = JsonTree.parse(quilla("status", List.of("-o", "json")));
        List<Member> members = new ArrayList<>();
        if (report instanceof Map<?, ?> fields && fields.get(which) instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> member && member.get("pid") instanceof Long pid) {
                    members.add(
                            new Member(
                                    String.valueOf(member.get("name")),
                                    String.valueOf(member.get("role")),
                                    pid,
                                    String.valueOf(member.get("url"))));
                }
            }
        }
        return members;
    }

    private byte[] quilla(String verb, List<String> flags)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("./quilla", verb));
        words.addAll(List.of("--dir", directory.toString()));
        words.addAll(flags);
        Process process =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] out = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + " failed");
        }
        return out;
    }
}
