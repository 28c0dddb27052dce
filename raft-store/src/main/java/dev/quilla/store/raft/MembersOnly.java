package dev.quilla.store.raft;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets members in and nobody else: the authority that signs their certificates may sign those of
 * workers and users as well, and whoever is let in may write what it likes and change who is a
 * member.
 */
final class MembersOnly implements ServerInterceptor, GrpcServices.Customizer {

    private static final Logger LOG = LoggerFactory.getLogger(MembersOnly.class);

    @Override
    public NettyServerBuilder customize(
            NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(this);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session != null && isMember(session)) {
            return next.startCall(call, headers);
        }
        LOG.warn(
                "refused a call from {}: its certificate is not of {}",
                call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                RaftStoreConfig.Tls.ORGANIZATION);
        call.close(
                Status.PERMISSION_DENIED.withDescription(
                        "only members are let in: a certificate of organization "
                                + RaftStoreConfig.Tls.ORGANIZATION
                                + " is needed"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static boolean isMember(SSLSession session) {
        try {
            Certificate leaf = session.getPeerCertificates()[0];
            return leaf instanceof X509Certificate x509
                    && isOf(x509.getSubjectX500Principal(), RaftStoreConfig.Tls.ORGANIZATION);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    static boolean isOf(X500Principal subject, String organization) {
        try {
            Rdn wanted = new Rdn("O", organization);
            return new LdapName(subject.getName(X500Principal.RFC2253)).getRdns().contains(wanted);
        } catch (NamingException e) {
            return false;
        }
    }
}
