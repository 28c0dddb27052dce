package dev.quilla.server;

import dev.quilla.server.config.ConfigException;
import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.config.WorkerConfig;
import dev.quilla.server.local.LocalClusterException;
import dev.quilla.server.local.LocalCommands;
import dev.quilla.server.master.MasterProcess;
import dev.quilla.server.store.StoreConfig;
import dev.quilla.server.store.StoreProcess;
import dev.quilla.server.worker.WorkerProcess;
import dev.quilla.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code quilla master|worker|store|member|up|down|status|kubeconfig}. */
public final class Main {

    private static final int FAILURE = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /** Runs one command. */
    public static void main(String[] args) {
        List<String> words = List.of(args);
        String verb = words.isEmpty() ? "" : words.getFirst();
        try {
            switch (verb) {
                case "master" -> master(configFile(words));
                case "worker" -> worker(configFile(words));
                case "store" -> store(words, args);
                default -> System.exit(LocalCommands.run(args, System.out, System.err));
            }
        } catch (UsageException e) {
            System.err.println("quilla: " + e.getMessage());
            System.exit(WRONG_USAGE);
        } catch (ConfigException | StoreException | LocalClusterException | IOException e) {
            System.err.println("quilla: " + e.getMessage());
            LoggerFactory.getLogger(Main.class).debug("the command failed", e);
            System.exit(FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    private static Path configFile(List<String> words) {
        if (words.size() != 3 || !words.get(1).equals("--config")) {
            throw new UsageException("usage: quilla " + words.getFirst() + " --config FILE");
        }
        return Path.of(words.get(2));
    }

    private static void master(Path file) throws IOException {
        MasterConfig config = MasterConfig.read(file);
        MasterProcess process = MasterProcess.start(config, Main::fatal);
        closeAtExit(process);
    }

    private static void worker(Path file) throws IOException, InterruptedException {
        WorkerConfig config = WorkerConfig.read(file);
        WorkerProcess process = WorkerProcess.start(config);
        closeAtExit(process);
    }

    /** One member of a store, or a command for a whole one. */
    private static void store(List<String> words, String[] args) throws IOException {
        if (words.contains("--config")) {
            StoreConfig config = StoreConfig.read(configFile(words));
            closeAtExit(StoreProcess.start(config, Main::fatal));
        } else {
            System.exit(LocalCommands.run(args, System.out, System.err));
        }
    }

    private static void closeAtExit(AutoCloseable process) {
        Logger log = LoggerFactory.getLogger(Main.class);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    try {
                                        process.close();
                                    } catch (Exception e) {
                                        log.error("the process did not stop cleanly", e);
                                    }
                                }));
        log.info("started");
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process at once: what it holds in memory can no longer be trusted. */
    private static void fatal(String why) {
        System.err.println("quilla: " + why);
        Runtime.getRuntime().halt(FAILURE);
    }
}
