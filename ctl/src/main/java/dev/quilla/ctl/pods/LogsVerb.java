package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla logs}. */
@Command(name = "logs", description = "Shows what containers wrote.")
public final class LogsVerb extends Verb {

    private static final int FOLLOWED_MAX = 20;

    @Parameters(arity = "0..2", paramLabel = "POD|TYPE/NAME [CONTAINER]")
    private List<String> words = List.of();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on as more is written.")
    private boolean follow;

    @Option(
            names = {"-c", "--container"},
            description = "Which container.")
    private String container = "";

    @Option(names = "--all-containers", description = "All of them.")
    private boolean allContainers;

    @Option(
            names = {"-l", "--selector"},
            description = "Of all pods with these labels.")
    private String selector = "";

    @Option(
            names = {"-p", "--previous"},
            description = "Of the run before.")
    private boolean previous;

    @Option(names = "--tail", description = "The last lines only; with -l 10 by default.")
    private Optional<Long> tail = Optional.empty();

    @Option(names = "--since", description = "Not older than this, such as 5m.")
    private Optional<Duration> since = Optional.empty();

    @Option(names = "--since-time", description = "Not older than this time (RFC 3339).")
    private String sinceTime = "";

    @Option(names = "--timestamps", description = "With the time of each line.")
    private boolean timestamps;

    @Option(names = "--limit-bytes", description = "So many bytes at most.")
    private Optional<Long> limitBytes = Optional.empty();

    @Option(names = "--prefix", description = "With pod and container before each line.")
    private boolean prefix;

    /** Made for one run. */
    public LogsVerb(Session session) {
        super(session);
    }

    /** A container's log. */
    private record Source(Tree pod, String container) {
        String label() {
            return "[pod/" + pod.name() + "/" + container + "] ";
        }
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        List<Source> sources = sources();
        if (!follow || sources.size() == 1) {
            boolean ok = true;
            for (Source source : sources) {
                ok &= copy(source, sources.size() > 1);
            }
            return ok ? 0 : 1;
        }
        if (sources.size() > FOLLOWED_MAX) {
            throw new CommandException(
                    "that would follow %d logs, and %d are the most: choose fewer pods"
                            .formatted(sources.size(), FOLLOWED_MAX));
        }
        return followAll(sources);
    }

    private int followAll(List<Source> sources) throws InterruptedException {
        AtomicBoolean failed = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (Source source : sources) {
            threads.add(
                    Thread.ofVirtual()
                            .name("logs-" + source.pod().name())
                            .start(() -> {
                                if (!copyOrSay(source)) {
                                    failed.set(true);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return failed.get() ? 1 : 0;
    }

    private boolean copyOrSay(Source source) {
        try {
            return copy(source, true);
        } catch (IOException | RuntimeException e) {
            err().println(Failures.line(e));
            return false;
        }
    }

    private List<Source> sources() throws IOException {
        PodChoice choice = new PodChoice(cluster());
        List<Tree> pods;
        if (!selector.isEmpty()) {
            pods = choice.bySelector(selector);
        } else if (words.isEmpty()) {
            throw new UsageException("say whose: POD, TYPE/NAME or -l LABELS");
        } else {
            PodChoice.Chosen chosen = choice.one(words.getFirst());
            pods = List.of(chosen.pod());
            if (chosen.among() > 1) {
                err().println(
                                "Found %d pods, using pod/%s"
                                        .formatted(chosen.among(), chosen.pod().name()));
            }
        }
        String wanted = words.size() == 2 ? words.get(1) : container;
        List<Source> sources = new ArrayList<>();
        for (Tree pod : pods) {
            List<String> containers =
                    allContainers
                            ? PodChoice.containers(pod)
                            : List.of(PodChoice.container(pod, wanted));
            containers.forEach(name -> sources.add(new Source(pod, name)));
        }
        return sources;
    }

    private boolean copy(Source source, boolean several) throws IOException {
        try (StreamedResponse response = cluster().open(request(source))) {
            String label = prefix ? source.label() : "";
            new LineCopy(response.body(), out(), label).run(follow || several);
            return true;
        } catch (ApiException e) {
            err().println(Failures.line(e));
            return false;
        }
    }

    private ApiRequest request(Source source) {
        ApiRequest request =
                ApiRequest.get(
                                "/api/v1/namespaces/%s/pods/%s/log"
                                        .formatted(source.pod().namespace(), source.pod().name()))
                        .withAccept("*/*")
                        .withQuery("container", source.container());
        request = follow ? request.withQuery("follow", "true") : request;
        request = previous ? request.withQuery("previous", "true") : request;
        request = timestamps ? request.withQuery("timestamps", "true") : request;
        Optional<Long> lines =
                tail.or(() -> selector.isEmpty() ? Optional.empty() : Optional.of(10L));
        request = with(request, "tailLines", lines.filter(n -> n >= 0));
        request = with(request, "sinceSeconds", since.map(Duration::toSeconds));
        request = with(request, "limitBytes", limitBytes);
        return sinceTime.isEmpty() ? request : request.withQuery("sinceTime", sinceTime);
    }

    private static ApiRequest with(ApiRequest request, String name, Optional<Long> value) {
        return value.map(v -> request.withQuery(name, v.toString())).orElse(request);
    }
}
