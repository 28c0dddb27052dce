package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image that is made on this machine and handed to its daemon; no registry is asked.
 * Thread-safe.
 *
 * @param host the daemon
 * @param name with its tag
 */
public record LocalImage(URI host, String name) {

    /**
     * Whether the daemon has it.
     *
     * @throws IOException if the daemon can't be asked
     */
    public boolean exists() throws IOException {
        try (DockerClient docker = DockerRuntime.client(host)) {
            docker.inspectImageCmd(name).exec();
            return true;
        } catch (NotFoundException _) {
            return false;
        } catch (DockerException e) {
            throw new IOException("the Docker daemon fails: " + e.getMessage(), e);
        }
    }

    /**
     * Makes it of one layer.
     *
     * @param tar its file system
     * @throws IOException with the daemon's answer if it does not take it
     */
    public void load(Path tar) throws IOException {
        load(new DockerSocket(host), name, Files.readAllBytes(tar));
    }

    static void load(DockerSocket socket, String name, byte[] tar) throws IOException {
        String answer =
                socket.post(
                        "/images/create?fromSrc=-&repo=" + name.replace("/", "%2F"),
                        "application/x-tar",
                        tar);
        if (answer.contains("\"error\"")) {
            throw new IOException(answer.strip());
        }
    }

    /**
     * Removes it, unless it isn't there or something else uses it.
     *
     * @throws IOException if the daemon can't be asked
     */
    public void remove() throws IOException {
        try (DockerClient docker = DockerRuntime.client(host)) {
            docker.removeImageCmd(name).exec();
        } catch (NotFoundException | ConflictException _) {
            return;
        } catch (DockerException e) {
            throw new IOException("the Docker daemon fails: " + e.getMessage(), e);
        }
    }
}
