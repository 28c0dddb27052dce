package dev.quilla.pki;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Names in certificates. */
final class DistinguishedNames {

    private DistinguishedNames() {}

    /** The subject, encoded: organizations before the common name. */
    static byte[] encode(CertificateRequest request) throws IOException {
        X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
        request.organizations().forEach(o -> builder.addRDN(BCStyle.O, o));
        builder.addRDN(BCStyle.CN, request.commonName());
        return builder.build().getEncoded();
    }

    /** The names and addresses of a server. */
    static GeneralNames alternatives(CertificateRequest request) {
        List<GeneralName> names = new ArrayList<>();
        request.dnsNames().forEach(n -> names.add(new GeneralName(GeneralName.dNSName, n)));
        request.ipAddresses().forEach(a -> names.add(new GeneralName(GeneralName.iPAddress, a)));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    static String ipText(GeneralName name) {
        try {
            byte[] octets = ASN1OctetString.getInstance(name.getName()).getOctets();
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiException("bad IP address in a certificate request", e);
        }
    }
}
