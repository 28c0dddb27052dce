package dev.quilla.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsAnswersTest {

    private final DnsAnswers answers = new DnsAnswers(() -> Zones.SMALL, new Upstream(List::of));

    private Message ask(String name, int type) throws IOException {
        return ask(query(name, type), false);
    }

    private Message ask(Message query, boolean stream) throws IOException {
        byte[] answer = answers.answer(query.toWire(), stream).orElseThrow();
        Message read = new Message(answer);
        assertEquals(query.getHeader().getID(), read.getHeader().getID());
        assertTrue(read.getHeader().getFlag(Flags.QR));
        return read;
    }

    private static Message query(String name, int type) throws IOException {
        return Message.newQuery(
                Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
    }

    private static List<String> records(Message answer, int section) {
        return answer.getSection(section).stream()
                .map(r ->
                        r.getName()
                                + " "
                                + r.getTTL()
                                + " "
                                + Type.string(r.getType())
                                + " "
                                + r.rdataToString())
                .toList();
    }

    /** Every byte of one question and its answer, by RFC 1035. */
    @Test
    void theBytesAreAsTheStandardHasThem() {
        String name = "03 776562 07 64656661756c74 03 737663 07 636c7573746572 05 6c6f63616c 00";
        byte[] question = hex("1234 0100 0001 0000 0000 0000" + name + "0001 0001");
        byte[] answer =
                hex(
                        "1234 8580 0001 0001 0000 0000"
                                + name
                                + "0001 0001"
                                + "c00c 0001 0001 00000005 0004 0a600007");
        assertEquals(
                HexFormat.of().formatHex(answer),
                HexFormat.of().formatHex(answers.answer(question, false).orElseThrow()));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @Test
    void theNameIsRepeatedAsItWasAsked() throws IOException {
        assertEquals(
                List.of("Web.Default.SVC.cluster.local. 5 A 10.96.0.7"),
                records(ask("Web.Default.SVC.cluster.local", Type.A), Section.ANSWER));
    }

    @Test
    void aNameWithoutRecordsOfTheTypeIsThereAndSaysForHowLong() throws IOException {
        Message answer = ask("web.default.svc.cluster.local", Type.AAAA);
        assertEquals(Rcode.NOERROR, answer.getRcode());
        assertTrue(answer.getHeader().getFlag(Flags.AA));
        assertEquals(List.of(), answer.getSection(Section.ANSWER));
        assertSoa(answer);
    }

    @Test
    void noNameIsNoDomainAndSaysForHowLong() throws IOException {
        Message answer = ask("no.default.svc.cluster.local", Type.A);
        assertEquals(Rcode.NXDOMAIN, answer.getRcode());
        assertTrue(answer.getHeader().getFlag(Flags.AA));
        assertSoa(answer);
    }

    private static void assertSoa(Message answer) {
        SOARecord soa = (SOARecord) answer.getSection(Section.AUTHORITY).getFirst();
        assertEquals("cluster.local.", soa.getName().toString());
        assertEquals(5, soa.getMinimum());
        assertEquals(5, soa.getTTL());
    }

    @Test
    void placesOfAPortComeWithTheirAddresses() throws IOException {
        Message answer = ask("_http._tcp.db.default.svc.cluster.local", Type.SRV);
        assertEquals(
                List.of(
                        "_http._tcp.db.default.svc.cluster.local. 5 SRV 0 100 8080"
                                + " db-0.db.default.svc.cluster.local.",
                        "_http._tcp.db.default.svc.cluster.local. 5 SRV 0 100 8080"
                                + " 10-244-0-4.db.default.svc.cluster.local."),
                records(answer, Section.ANSWER));
        assertEquals(
                List.of(
                        "db-0.db.default.svc.cluster.local. 5 A 10.244.0.3",
                        "10-244-0-4.db.default.svc.cluster.local. 5 A 10.244.0.4"),
                records(answer, Section.ADDITIONAL));
    }

    @Test
    void anAddressHasItsName() throws IOException {
        assertEquals(
                List.of("7.0.96.10.in-addr.arpa. 5 PTR web.default.svc.cluster.local."),
                records(ask("7.0.96.10.in-addr.arpa", Type.PTR), Section.ANSWER));
        assertEquals(
                List.of("3.0.244.10.in-addr.arpa. 5 PTR db-0.db.default.svc.cluster.local."),
                records(ask("3.0.244.10.in-addr.arpa", Type.PTR), Section.ANSWER));
    }

    @Test
    void anAliasIsFollowedWithinTheCluster() throws IOException {
        assertEquals(
                List.of(
                        "inside.default.svc.cluster.local. 5 CNAME web.default.svc.cluster.local.",
                        "web.default.svc.cluster.local. 5 A 10.96.0.7"),
                records(ask("inside.default.svc.cluster.local", Type.A), Section.ANSWER));
        assertEquals(
                List.of("outside.default.svc.cluster.local. 5 CNAME www.example.com."),
                records(ask("outside.default.svc.cluster.local", Type.CNAME), Section.ANSWER));
    }

    @Test
    void anAliasOfItselfEnds() throws IOException {
        assertEquals(Rcode.SERVFAIL, ask("loop.default.svc.cluster.local", Type.A).getRcode());
    }

    @Test
    void whatNobodyAnswersFails() throws IOException {
        assertEquals(Rcode.SERVFAIL, ask("www.example.com", Type.A).getRcode());
        assertEquals(Rcode.SERVFAIL, ask("outside.default.svc.cluster.local", Type.A).getRcode());
    }

    @Test
    void theZoneTellsItsVersion() throws IOException {
        assertEquals(
                List.of("dns-version.cluster.local. 5 TXT \"1.1.0\""),
                records(ask("dns-version.cluster.local", Type.TXT), Section.ANSWER));
    }

    @Test
    void whatDoesNotFitADatagramIsCutAndSaysSo() throws IOException {
        List<dev.quilla.model.discovery.v1.Endpoint> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(Zones.endpoint("10.244.1." + i, "", true));
        }
        ClusterZone zone =
                ClusterZone.of(
                        "cluster.local",
                        List.of(Zones.service("db", "None")),
                        List.of(
                                Zones.slice(
                                        "db",
                                        many.toArray(
                                                dev.quilla.model.discovery.v1.Endpoint[]::new))));
        DnsAnswers large = new DnsAnswers(() -> zone, new Upstream(List::of));
        Message query = query("db.default.svc.cluster.local", Type.A);

        byte[] plain = large.answer(query.toWire(), false).orElseThrow();
        assertTrue(plain.length <= 512, "bytes: " + plain.length);
        assertTrue(new Message(plain).getHeader().getFlag(Flags.TC));

        byte[] stream = large.answer(query.toWire(), true).orElseThrow();
        assertFalse(new Message(stream).getHeader().getFlag(Flags.TC));
        assertEquals(200, new Message(stream).getSection(Section.ANSWER).size());

        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        byte[] extended = large.answer(query.toWire(), false).orElseThrow();
        assertTrue(extended.length > 512 && extended.length <= 1232, "bytes: " + extended.length);
        assertTrue(new Message(extended).getHeader().getFlag(Flags.TC));
        assertNotNull(new Message(extended).getOPT());
    }

    @Test
    void whatIsNoQueryIsRefusedOrLeftAlone() throws IOException {
        Message answer = query("web.default.svc.cluster.local", Type.A);
        answer.getHeader().setFlag(Flags.QR);
        assertEquals(Optional.empty(), answers.answer(answer.toWire(), false));
        assertEquals(Optional.empty(), answers.answer(new byte[11], false));
        assertEquals(
                "1234 8001 0000 0000 0000 0000".replace(" ", ""),
                HexFormat.of()
                        .formatHex(
                                answers.answer(hex("1234 0100 0001 0000 0000 0000 3f 61"), false)
                                        .orElseThrow()));
        Message update = query("web.default.svc.cluster.local", Type.A);
        update.getHeader().setOpcode(Opcode.NOTIFY);
        assertEquals(Rcode.NOTIMP, ask(update, false).getRcode());
        assertEquals(Rcode.REFUSED, ask("web.default.svc.cluster.local", Type.AXFR).getRcode());
        assertEquals(Rcode.FORMERR, ask(new Message(7), false).getRcode());
    }

    @Test
    void aLaterVersionOfTheExtensionIsRefused() throws IOException {
        Message query = query("web.default.svc.cluster.local", Type.A);
        query.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
        assertEquals(Rcode.BADVERS, ask(query, false).getRcode());
    }

    @Property
    void anyBytesHaveAnAnswerOrNone(@ForAll @Size(max = 80) byte[] bytes) throws IOException {
        Optional<byte[]> answer = answers.answer(bytes, false);
        if (answer.isPresent()) {
            assertEquals(bytes[0], answer.get()[0]);
            assertTrue(new Message(answer.get()).getHeader().getFlag(Flags.QR));
        }
    }

    @Property
    void aDamagedQueryHasAnAnswerOrNone(@ForAll int at, @ForAll byte value) throws IOException {
        byte[] bytes = query("_http._tcp.db.default.svc.cluster.local", Type.SRV).toWire();
        bytes[Math.floorMod(at, bytes.length)] = value;
        Optional<byte[]> answer = answers.answer(bytes, false);
        if (answer.isPresent()) {
            assertTrue(new Message(answer.get()).getHeader().getFlag(Flags.QR));
        }
    }
}
