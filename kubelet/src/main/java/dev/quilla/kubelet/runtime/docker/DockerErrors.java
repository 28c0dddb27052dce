package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the daemon's failures into ours, in one place. */
final class DockerErrors {

    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"(.*)\"\\s*}");

    private DockerErrors() {}

    /** Does something; a refusal by the daemon gets the reason. */
    static <T> T calling(Reason refusal, Callable<T> call) {
        try {
            return call.call();
        } catch (NotFoundException e) {
            throw new ContainerRuntimeException(
                    refusal == Reason.UNAVAILABLE ? Reason.NOT_FOUND : refusal, message(e), e);
        } catch (DockerException e) {
            throw new ContainerRuntimeException(refusal, message(e), e);
        } catch (ContainerRuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ContainerRuntimeException(
                    Reason.UNAVAILABLE, "the Docker daemon does not answer: " + e.getMessage(), e);
        }
    }

    /** Does something; a thing that is not there or is already so is no failure. */
    static void ending(Runnable call) {
        calling(
                Reason.UNAVAILABLE,
                () -> {
                    try {
                        call.run();
                    } catch (NotFoundException | NotModifiedException _) {
                        // Gone or ended before: what was wanted.
                    } catch (DockerException e) {
                        if (!endsAnyway(e)) {
                            throw e;
                        }
                    }
                    return true;
                });
    }

    /** The daemon's own words, out of its JSON. */
    static String message(DockerException e) {
        String text = String.valueOf(e.getMessage());
        Matcher matcher = MESSAGE.matcher(text);
        return matcher.find() ? matcher.group(1).replace("\\\"", "\"") : text;
    }

    private static boolean endsAnyway(DockerException e) {
        String text = message(e);
        return text.contains("is not running")
                || text.contains("is already in progress")
                || text.contains("No such container");
    }
}
