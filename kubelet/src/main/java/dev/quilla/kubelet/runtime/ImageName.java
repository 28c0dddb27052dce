package dev.quilla.kubelet.runtime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image's name taken apart.
 *
 * @param registry host of the registry, {@code docker.io} where none is named
 * @param repository everything before tag or digest
 * @param version tag or digest, {@code latest} where none is named
 */
public record ImageName(String registry, String repository, String version) {

    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern NAME =
            Pattern.compile(
                    "((?:[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?/)?"
                            + PART
                            + "(?:/"
                            + PART
                            + ")*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
                            + "(?:@([A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,}))?");

    /** Takes a name apart; empty if it is none. */
    public static Optional<ImageName> parse(String reference) {
        Matcher matcher = NAME.matcher(reference);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String repository = matcher.group(1);
        String version =
                matcher.group(3) != null
                        ? matcher.group(3)
                        : matcher.group(2) != null ? matcher.group(2) : "latest";
        return Optional.of(new ImageName(registryOf(repository), repository, version));
    }

    private static String registryOf(String repository) {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host ? first : "docker.io";
    }
}
