package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.ExecSpec;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Programs run in containers, and the streams of containers' own. */
final class DockerExecs {

    private static final Logger LOG = LoggerFactory.getLogger(DockerExecs.class);
    private static final long EXIT_CODE_WAIT_MILLIS_MAX = 200;

    private final DockerClient docker;
    private final DockerSocket socket;

    DockerExecs(DockerClient docker, DockerSocket socket) {
        this.docker = docker;
        this.socket = socket;
    }

    ExecSession exec(ContainerId id, ExecSpec spec) {
        String exec =
                DockerErrors.calling(
                        Reason.UNAVAILABLE,
                        () ->
                                docker.execCreateCmd(id.value())
                                        .withCmd(spec.command().toArray(String[]::new))
                                        .withTty(spec.tty())
                                        .withAttachStdin(spec.stdin())
                                        .withAttachStdout(true)
                                        .withAttachStderr(!spec.tty())
                                        .exec()
                                        .getId());
        String start = "{\"Detach\":false,\"Tty\":" + spec.tty() + "}";
        return new DockerSession(
                upgrade("/exec/" + exec + "/start", start), spec.tty(), new Executed(exec));
    }

    ExecSession attach(ContainerId id) {
        InspectContainerResponse container =
                DockerErrors.calling(
                        Reason.UNAVAILABLE, () -> docker.inspectContainerCmd(id.value()).exec());
        boolean tty = Boolean.TRUE.equals(container.getConfig().getTty());
        String path = "/containers/" + id.value() + "/attach?stream=1&stdin=1&stdout=1&stderr=1";
        return new DockerSession(upgrade(path, ""), tty, new Attached(id));
    }

    private DockerSocket.Upgraded upgrade(String path, String json) {
        try {
            return socket.upgrade(path, json);
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /** A program run by exec. */
    private final class Executed implements DockerSession.Program {

        private final String exec;

        Executed(String exec) {
            this.exec = exec;
        }

        @Override
        public void resize(int columns, int rows) {
            DockerErrors.ending(() -> docker.resizeExecCmd(exec).withSize(rows, columns).exec());
        }

        /** The streams end a moment before the daemon knows the exit code. */
        @Override
        public int waitFor() throws InterruptedException {
            CountDownLatch never = new CountDownLatch(1);
            long waitMillis = 2;
            while (true) {
                InspectExecResponse state = inspect();
                Optional<Long> code = Optional.ofNullable(state.getExitCodeLong());
                if (code.isPresent() && !Boolean.TRUE.equals(state.isRunning())) {
                    return code.get().intValue();
                }
                if (never.await(waitMillis, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("nobody counts down");
                }
                waitMillis = Math.min(EXIT_CODE_WAIT_MILLIS_MAX, waitMillis * 2);
            }
        }

        /** The daemon lets such a program go on for ever; nobody would ever look at it again. */
        @Override
        public void abandoned() {
            try {
                InspectExecResponse state = docker.inspectExecCmd(exec).exec();
                Long pid = state.getPidLong();
                if (Boolean.TRUE.equals(state.isRunning()) && pid != null && pid > 0) {
                    Libc.kill(pid.intValue(), Libc.SIGKILL);
                }
            } catch (DockerException | IOException e) {
                LOG.debug("exec {} was let go: {}", exec, e.getMessage());
            }
        }

        private InspectExecResponse inspect() {
            return DockerErrors.calling(
                    Reason.UNAVAILABLE, () -> docker.inspectExecCmd(exec).exec());
        }
    }

    /** A container's own program. */
    private final class Attached implements DockerSession.Program {

        private final ContainerId id;

        Attached(ContainerId id) {
            this.id = id;
        }

        @Override
        public void resize(int columns, int rows) {
            DockerErrors.ending(
                    () -> docker.resizeContainerCmd(id.value()).withSize(rows, columns).exec());
        }

        @Override
        public int waitFor() {
            return DockerErrors.calling(
                    Reason.UNAVAILABLE,
                    () ->
                            docker.waitContainerCmd(id.value())
                                    .exec(new WaitContainerResultCallback())
                                    .awaitStatusCode());
        }

        @Override
        public void abandoned() {
            // A container goes on without an audience.
        }
    }
}
