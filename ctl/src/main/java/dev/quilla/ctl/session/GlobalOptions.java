package dev.quilla.ctl.session;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every verb takes, before or after its name. */
public class GlobalOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show a verb's options.")
    boolean help;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where a cluster of this machine lives; .quilla by default.")
    Optional<Path> dir = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "How to reach the cluster; else $KUBECONFIG, else DIR/kubeconfig.")
    Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "The kubeconfig's context; its current one by default.")
    Optional<String> context = Optional.empty();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            scope = ScopeType.INHERIT,
            description = "The namespace; the context's by default.")
    Optional<String> namespace = Optional.empty();

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            description = "How long one answer may take, such as 5s; a watch ends then.")
    Optional<Duration> requestTimeout = Optional.empty();
}
