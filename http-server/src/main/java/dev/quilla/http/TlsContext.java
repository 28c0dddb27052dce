package dev.quilla.http;

import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.PkiException;
import dev.quilla.pki.TlsContexts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS. Follows its files: a new connection now and then looks whether they
 * have changed, and those after it get what the files say then. Thread-safe.
 */
final class TlsContext {

    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Loaded(SslContext context, Version version) {}

    private record Version(FileTime key, FileTime chain, FileTime clientCa) {}

    private final HttpServerConfig.Certificates files;
    private final LongSupplier nanoTime;
    private final AtomicLong looked;
    private volatile Loaded loaded;

    /**
     * Reads the files.
     *
     * @throws IOException if they can't be used; says which
     */
    TlsContext(HttpServerConfig.Certificates files, LongSupplier nanoTime) throws IOException {
        this.files = files;
        this.nanoTime = nanoTime;
        this.looked = new AtomicLong(nanoTime.getAsLong());
        this.loaded = load(files);
    }

    /**
     * What speaks TLS on a new connection.
     *
     * @param computes what takes longer than the connection's thread may be kept
     */
    SslHandler handler(ByteBufAllocator buffers, Executor computes) {
        long now = nanoTime.getAsLong();
        long last = looked.get();
        if (now - last > LOOK_NANOS && looked.compareAndSet(last, now)) {
            // Files are not read on a thread that serves connections.
            Thread.startVirtualThread(this::reloadQuietly);
        }
        return loaded.context().newHandler(buffers, computes);
    }

    /** Takes over what the files say now; on an error what was there before stays in use. */
    void reload() throws IOException {
        if (!version(files).equals(loaded.version())) {
            loaded = load(files);
            LOG.info("certificate {} is in use", files.chain());
        }
    }

    private void reloadQuietly() {
        try {
            reload();
        } catch (IOException e) {
            LOG.error("the certificate in use stays: {}", e.getMessage());
        }
    }

    private static Version version(HttpServerConfig.Certificates files) throws IOException {
        return new Version(
                Files.getLastModifiedTime(files.key()),
                Files.getLastModifiedTime(files.chain()),
                Files.getLastModifiedTime(files.clientCa()));
    }

    private static Loaded load(HttpServerConfig.Certificates files) throws IOException {
        for (Path file : new Path[] {files.key(), files.chain(), files.clientCa()}) {
            if (!Files.isReadable(file)) {
                throw new IOException("can't read " + file);
            }
        }
        Version version = version(files);
        try {
            return new Loaded(context(files), version);
        } catch (IOException | PkiException e) {
            String message =
                    "can't use the certificate %s with the key %s and the clients' authority %s: %s"
                            .formatted(
                                    files.chain(), files.key(), files.clientCa(), e.getMessage());
            throw new IOException(message, e);
        }
    }

    /**
     * Not by Netty's builder of contexts: that one tries at first, with a key and a store of its
     * own, how this JVM checks certificates, which is a tenth of what a master's start takes.
     */
    private static SslContext context(HttpServerConfig.Certificates files) throws IOException {
        SSLContext tls =
                TlsContexts.of(
                        Optional.of(CertifiedKey.load(files.chain(), files.key())),
                        Certificates.load(files.clientCa()));
        return new JdkSslContext(
                tls,
                false,
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1),
                ClientAuth.OPTIONAL,
                new String[] {"TLSv1.3", "TLSv1.2"},
                false);
    }

    /** What the client of a connection showed. */
    static Optional<X509Certificate> clientCertificate(SslHandler handler) {
        try {
            return handler.engine().getSession().getPeerCertificates()[0]
                            instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
