package dev.quilla.apiserver.http;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How a master is doing, where Kubernetes' API server tells it: {@code /healthz}, {@code /livez}
 * and {@code /readyz}, each with {@code ?verbose} and {@code ?exclude=CHECK}, and each check by
 * itself below them; the store by itself below all of them, as {@code etcd}. What checks say where
 * all are looked at is counted for {@code /metrics/slis}. Thread-safe.
 */
final class HealthPaths {

    private static final int WELL = 200;
    private static final int ILL = 503;

    private final Map<String, List<Health.Check>> checks = new LinkedHashMap<>();
    private final Health.Check etcd;
    private final CheckFigures figures = new CheckFigures();

    HealthPaths(Health health) {
        checks.put("/healthz", health.alive());
        checks.put("/livez", health.alive());
        checks.put("/readyz", health.ready());
        etcd = health.etcd();
    }

    /** Every path there is. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        checks.forEach((path, all) -> {
            paths.add(path);
            each(path).forEach(check -> paths.add(path + "/" + check.name()));
        });
        return paths;
    }

    /** How checks went so far. */
    String metrics() {
        return figures.text();
    }

    /** What is answered. */
    record Answer(int code, String text) {}

    /** Answers, if it is one of these paths. */
    boolean answers(HttpExchange exchange) throws IOException {
        Optional<Answer> answer = at(exchange.path(), exchange.query());
        if (answer.isEmpty()) {
            return false;
        }
        exchange.respond(
                answer.get().code(),
                Headers.of("Content-Type", "text/plain; charset=utf-8"),
                answer.get().text().getBytes(StandardCharsets.UTF_8));
        return true;
    }

    /** What is answered at a path; empty if it is none of these. */
    Optional<Answer> at(String path, Map<String, List<String>> query) {
        List<Health.Check> all = checks.get(path);
        if (all != null) {
            return Optional.of(all(path.substring(1), all, query));
        }
        int slash = path.lastIndexOf('/');
        return slash < 1
                ? Optional.empty()
                : each(path.substring(0, slash)).stream()
                        .filter(check -> check.name().equals(path.substring(slash + 1)))
                        .findFirst()
                        .map(HealthPaths::one);
    }

    /** What has a path of its own below that one. */
    private List<Health.Check> each(String path) {
        List<Health.Check> all = checks.getOrDefault(path, List.of());
        return all.isEmpty() ? all : Stream.concat(all.stream(), Stream.of(etcd)).toList();
    }

    private static Answer one(Health.Check check) {
        return check.problem()
                .get()
                .map(problem -> new Answer(ILL, "internal server error: " + problem + "\n"))
                .orElse(new Answer(WELL, "ok"));
    }

    private Answer all(String name, List<Health.Check> checks, Map<String, List<String>> query) {
        TreeSet<String> excluded = new TreeSet<>(query.getOrDefault("exclude", List.of()));
        StringBuilder text = new StringBuilder();
        boolean well = true;
        for (Health.Check check : checks) {
            if (excluded.remove(check.name())) {
                text.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            Optional<String> problem = check.problem().get();
            well &= problem.isEmpty();
            figures.add(check.name(), name, problem.isEmpty());
            text.append(problem.isEmpty() ? "[+]" : "[-]")
                    .append(check.name())
                    .append(problem.map(why -> " failed: " + why).orElse(" ok"))
                    .append('\n');
        }
        if (!excluded.isEmpty()) {
            text.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(String.join(", ", excluded.stream().map(e -> '"' + e + '"').toList()))
                    .append('\n');
        }
        if (well && !query.containsKey("verbose")) {
            return new Answer(WELL, "ok");
        }
        text.append(name).append(well ? " check passed\n" : " check failed\n");
        return new Answer(well ? WELL : ILL, text.toString());
    }
}
