package dev.quilla.kubelet.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container to be made.
 *
 * @param name its name in the pod
 * @param attempt how often it was made before in this pod: part of its identity
 * @param image as the pod names it
 * @param imageId what {@link ContainerRuntime#ensureImage} gave; the container runs exactly this
 * @param command replaces the image's entry point; empty keeps it
 * @param args replaces the image's arguments; empty keeps them, unless there is a command
 * @param environment added to the image's own, in order
 * @param workingDir empty for the image's own
 * @param stopSignal what asks it to end, such as {@code SIGTERM}; empty for the image's own
 * @param labels kept with the container and given back by {@link ContainerRuntime#list}
 */
public record ContainerSpec(
        String name,
        int attempt,
        String image,
        String imageId,
        List<String> command,
        List<String> args,
        Map<String, String> environment,
        String workingDir,
        List<Mount> mounts,
        Resources resources,
        Security security,
        Terminal terminal,
        Optional<String> stopSignal,
        Map<String, String> labels) {

    public ContainerSpec {
        command = List.copyOf(command);
        args = List.copyOf(args);
        environment = Ordered.copyOf(environment);
        mounts = List.copyOf(mounts);
        labels = Map.copyOf(labels);
    }

    /** A container that asks for nothing beyond a name, an image and a command. */
    public static ContainerSpec of(String name, Image image, List<String> command) {
        return new ContainerSpec(
                name,
                0,
                image.reference(),
                image.id(),
                command,
                List.of(),
                Map.of(),
                "",
                List.of(),
                Resources.UNLIMITED,
                Security.DEFAULT,
                Terminal.NONE,
                Optional.empty(),
                Map.of());
    }

    /** The same, with another environment. */
    public ContainerSpec withEnvironment(Map<String, String> changed) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                imageId,
                command,
                args,
                changed,
                workingDir,
                mounts,
                resources,
                security,
                terminal,
                stopSignal,
                labels);
    }

    /** The same, with other mounts. */
    public ContainerSpec withMounts(List<Mount> changed) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                imageId,
                command,
                args,
                environment,
                workingDir,
                changed,
                resources,
                security,
                terminal,
                stopSignal,
                labels);
    }

    /** The same, with other limits. */
    public ContainerSpec withResources(Resources changed) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                imageId,
                command,
                args,
                environment,
                workingDir,
                mounts,
                changed,
                security,
                terminal,
                stopSignal,
                labels);
    }

    /** The same, run as somebody else. */
    public ContainerSpec withSecurity(Security changed) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                imageId,
                command,
                args,
                environment,
                workingDir,
                mounts,
                resources,
                changed,
                terminal,
                stopSignal,
                labels);
    }

    /** The same, attached in another way. */
    public ContainerSpec withTerminal(Terminal changed) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                imageId,
                command,
                args,
                environment,
                workingDir,
                mounts,
                resources,
                security,
                changed,
                stopSignal,
                labels);
    }

    /** The same, for a later attempt. */
    public ContainerSpec withAttempt(int changed) {
        return new ContainerSpec(
                name,
                changed,
                image,
                imageId,
                command,
                args,
                environment,
                workingDir,
                mounts,
                resources,
                security,
                terminal,
                stopSignal,
                labels);
    }
}
