package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.Image;
import dev.quilla.kubelet.runtime.ImageName;
import dev.quilla.kubelet.runtime.PullPolicy;
import dev.quilla.kubelet.runtime.RegistryLogin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Images of the daemon. */
final class DockerImages {

    private final DockerClient docker;

    DockerImages(DockerClient docker) {
        this.docker = docker;
    }

    Image ensure(String reference, PullPolicy policy, List<RegistryLogin> logins) {
        ImageName name =
                ImageName.parse(reference)
                        .orElseThrow(() ->
                                new ContainerRuntimeException(
                                        Reason.INVALID_IMAGE_NAME,
                                        "Failed to apply default image tag \""
                                                + reference
                                                + "\": couldn't parse image name \""
                                                + reference
                                                + "\": invalid reference format"));
        if (policy != PullPolicy.ALWAYS) {
            Optional<Image> present = find(reference);
            if (present.isPresent()) {
                return present.get();
            }
        }
        if (policy == PullPolicy.NEVER) {
            throw new ContainerRuntimeException(
                    Reason.IMAGE_NEVER_PULL,
                    "Container image \""
                            + reference
                            + "\" is not present with pull policy of Never");
        }
        pull(name, reference, logins);
        return find(reference)
                .orElseThrow(() ->
                        new ContainerRuntimeException(
                                Reason.IMAGE_PULL,
                                "image \"" + reference + "\" was pulled and is not there"));
    }

    Optional<Image> find(String reference) {
        return DockerErrors.calling(
                Reason.UNAVAILABLE,
                () -> {
                    try {
                        return Optional.of(
                                image(reference, docker.inspectImageCmd(reference).exec()));
                    } catch (NotFoundException _) {
                        return Optional.empty();
                    }
                });
    }

    List<Image> all() {
        return DockerErrors.calling(
                Reason.UNAVAILABLE,
                () ->
                        docker.listImagesCmd().exec().stream()
                                .map(i ->
                                        new Image(
                                                i.getId(),
                                                i.getId(),
                                                Stream.of(i.getRepoDigests(), i.getRepoTags())
                                                        .filter(Objects::nonNull)
                                                        .flatMap(Stream::of)
                                                        .filter(n -> !n.contains("<none>"))
                                                        .toList(),
                                                i.getSize(),
                                                ""))
                                .toList());
    }

    private void pull(ImageName name, String reference, List<RegistryLogin> logins) {
        List<Optional<RegistryLogin>> tries = new ArrayList<>();
        logins.stream()
                .filter(l -> l.registry().equals(name.registry()))
                .map(Optional::of)
                .forEach(tries::add);
        tries.add(Optional.empty());
        ContainerRuntimeException failure = null;
        for (Optional<RegistryLogin> login : tries) {
            try {
                pull(name, login);
                return;
            } catch (DockerException e) {
                failure = failed(reference, DockerErrors.message(e), e);
            } catch (DockerClientException e) {
                failure = failed(reference, String.valueOf(e.getMessage()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed(reference, "interrupted", e);
            } catch (RuntimeException e) {
                throw new ContainerRuntimeException(
                        Reason.UNAVAILABLE,
                        "the Docker daemon does not answer: " + e.getMessage(),
                        e);
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private void pull(ImageName name, Optional<RegistryLogin> login) throws InterruptedException {
        PullImageCmd command = docker.pullImageCmd(name.repository()).withTag(name.version());
        login.ifPresent(l ->
                command.withAuthConfig(
                        new AuthConfig()
                                .withRegistryAddress(l.registry())
                                .withUsername(l.user())
                                .withPassword(l.password())));
        command.exec(new PullImageResultCallback()).awaitCompletion();
    }

    private static ContainerRuntimeException failed(String image, String why, Exception cause) {
        return new ContainerRuntimeException(
                Reason.IMAGE_PULL, "failed to pull image \"" + image + "\": " + why, cause);
    }

    private static Image image(String reference, InspectImageResponse found) {
        List<String> names = new ArrayList<>();
        Optional.ofNullable(found.getRepoDigests()).ifPresent(names::addAll);
        Optional.ofNullable(found.getRepoTags()).ifPresent(names::addAll);
        String user =
                Optional.ofNullable(found.getConfig())
                        .flatMap(c -> Optional.ofNullable(c.getUser()))
                        .orElse("");
        long size = Optional.ofNullable(found.getSize()).orElse(0L);
        return new Image(String.valueOf(found.getId()), reference, names, size, user);
    }
}
