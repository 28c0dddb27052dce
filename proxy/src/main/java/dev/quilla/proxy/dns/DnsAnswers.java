package dev.quilla.proxy.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Answers queries: the cluster's names itself, others by the machine's name servers. A name without
 * records of the wanted type, or no name at all, is answered with the zone's SOA, whose minimum
 * says how long that may be remembered (RFC 2308). Thread-safe.
 */
final class DnsAnswers {

    /** For all records, in seconds: as long as a client may stay with what is gone. */
    static final int TTL_SECONDS = 5;

    /** What fits every path, in an answer over UDP. */
    static final int DATAGRAM_BYTES_MAX = 1232;

    private static final int DATAGRAM_BYTES_MIN = 512;
    private static final int HEAD_BYTES = 12;
    private static final int ALIASES_MAX = 8;
    private static final int WEIGHT = 100;
    private static final int REFRESH_SECONDS = 7200;
    private static final int RETRY_SECONDS = 1800;
    private static final int EXPIRE_SECONDS = 86_400;

    private final Supplier<ClusterZone> zone;
    private final Upstream upstream;

    /**
     * Answers for a zone.
     *
     * @param zone asked for each query; must be quick
     */
    DnsAnswers(Supplier<ClusterZone> zone, Upstream upstream) {
        this.zone = zone;
        this.upstream = upstream;
    }

    /**
     * Answers a message. May wait for others.
     *
     * @param stream whether the answer may be as long as it wants
     * @return empty where an answer would be wrong: to something that is no query at all
     */
    Optional<byte[]> answer(byte[] bytes, boolean stream) {
        if (bytes.length < HEAD_BYTES || (bytes[2] & 0x80) != 0) {
            return Optional.empty();
        }
        Message query;
        try {
            query = new Message(bytes);
        } catch (IOException _) {
            return Optional.of(malformed(bytes));
        }
        return Optional.of(answer(query, bytes, stream));
    }

    /** A head alone: what is behind it can't be read. */
    private static byte[] malformed(byte[] bytes) {
        Message answer = new Message((bytes[0] & 0xff) << 8 | bytes[1] & 0xff);
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setRcode(Rcode.FORMERR);
        return answer.toWire();
    }

    private byte[] answer(Message query, byte[] bytes, boolean stream) {
        Message answer = new Message(query.getHeader().getID());
        Header head = answer.getHeader();
        head.setFlag(Flags.QR);
        head.setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) {
            head.setFlag(Flags.RD);
        }
        head.setOpcode(query.getHeader().getOpcode());
        OPTRecord extension = query.getOPT();
        int limit = stream ? Message.MAXLENGTH : limit(extension);
        int problem = problem(query);
        if (extension != null) {
            int rcode = problem == Rcode.NOERROR && extension.getVersion() > 0 ? 1 : 0;
            answer.addRecord(new OPTRecord(DATAGRAM_BYTES_MAX, rcode, 0), Section.ADDITIONAL);
            if (rcode != 0) { // BADVERS is 16: its upper bits are in the record
                return Fitting.wire(answer, limit);
            }
        }
        Record question = query.getQuestion();
        if (question != null) {
            answer.addRecord(question, Section.QUESTION);
        }
        if (problem != Rcode.NOERROR || question == null) {
            head.setRcode(problem);
            return Fitting.wire(answer, limit);
        }
        try {
            if (!isOurs(question)) {
                Optional<byte[]> theirs = upstream.ask(bytes, stream);
                if (theirs.isPresent()) {
                    return theirs.get();
                }
                head.setRcode(Rcode.SERVFAIL);
            } else {
                resolve(answer, question, stream);
            }
        } catch (TextParseException | NameTooLongException e) {
            // A name of an object that is no name of a host.
            head.setRcode(Rcode.SERVFAIL);
        }
        return Fitting.wire(answer, limit);
    }

    private static int limit(@Nullable OPTRecord extension) {
        int asked = extension == null ? DATAGRAM_BYTES_MIN : extension.getPayloadSize();
        return Math.clamp(asked, DATAGRAM_BYTES_MIN, DATAGRAM_BYTES_MAX);
    }

    private static int problem(Message query) {
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            return Rcode.NOTIMP;
        }
        Record question = query.getQuestion();
        if (query.getHeader().getCount(Section.QUESTION) != 1 || question == null) {
            return Rcode.FORMERR;
        }
        boolean transfer = question.getType() == Type.AXFR || question.getType() == Type.IXFR;
        return transfer || question.getDClass() != DClass.IN ? Rcode.REFUSED : Rcode.NOERROR;
    }

    private boolean isOurs(Record question) {
        ClusterZone now = zone.get();
        String name = text(question.getName());
        return now.owns(name)
                || DottedAddress.reversed(name).filter(a -> !now.namesOf(a).isEmpty()).isPresent();
    }

    private void resolve(Message answer, Record question, boolean stream)
            throws TextParseException, NameTooLongException {
        ClusterZone now = zone.get();
        answer.getHeader().setFlag(Flags.AA);
        Name name = question.getName();
        Optional<String> address = DottedAddress.reversed(text(name));
        if (address.isPresent() && !now.owns(text(name))) {
            for (String each : now.namesOf(address.get())) {
                add(answer, question, new PTRRecord(name, DClass.IN, TTL_SECONDS, name(each)));
            }
        } else {
            follow(answer, question, stream);
        }
        if (answer.getSection(Section.ANSWER).isEmpty()) {
            answer.addRecord(authority(), Section.AUTHORITY);
        }
    }

    private void follow(Message answer, Record question, boolean stream)
            throws TextParseException, NameTooLongException {
        Name name = question.getName();
        for (int i = 0; i < ALIASES_MAX; i++) {
            if (!zone.get().owns(text(name))) {
                followOutside(answer, name, question.getType(), stream);
                return;
            }
            Optional<Meaning> meaning = zone.get().find(text(name));
            if (meaning.isEmpty()) {
                answer.getHeader().setRcode(Rcode.NXDOMAIN);
                return;
            }
            for (Record each : records(name, meaning.get())) {
                add(answer, question, each);
            }
            if (!(meaning.get() instanceof Meaning.Alias(String target))
                    || question.getType() == Type.CNAME) {
                if (meaning.get() instanceof Meaning.Places(List<Meaning.Place> places)
                        && !answer.getSection(Section.ANSWER).isEmpty()) {
                    addAddresses(answer, places);
                }
                return;
            }
            name = name(target);
        }
        answer.getHeader().setRcode(Rcode.SERVFAIL);
    }

    /** What an alias leads to outside comes from there, under the alias. */
    private void followOutside(Message answer, Name name, int type, boolean stream) {
        answer.getHeader().unsetFlag(Flags.AA);
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        Optional<byte[]> theirs = upstream.ask(query.toWire(), stream);
        if (theirs.isEmpty()) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
            return;
        }
        try {
            Message their = new Message(theirs.get());
            their.getSection(Section.ANSWER).forEach(r -> answer.addRecord(r, Section.ANSWER));
            answer.getHeader().setRcode(their.getRcode());
            if (their.getHeader().getFlag(Flags.TC)) {
                answer.getHeader().setFlag(Flags.TC);
            }
        } catch (IOException _) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
        }
    }

    /** Adds a record if the question is for it; an alias is the answer to any. */
    private static void add(Message answer, Record question, Record record) {
        int type = question.getType();
        if (type == record.getType() || type == Type.ANY || record.getType() == Type.CNAME) {
            answer.addRecord(record, Section.ANSWER);
        }
    }

    private List<Record> records(Name name, Meaning meaning) throws TextParseException {
        List<Record> records = new ArrayList<>();
        switch (meaning) {
            case Meaning.Addresses(List<String> all) ->
                    all.forEach(a -> records.add(address(name, a)));
            case Meaning.Alias(String target) ->
                    records.add(new CNAMERecord(name, DClass.IN, TTL_SECONDS, name(target)));
            case Meaning.Places(List<Meaning.Place> all) -> {
                for (Meaning.Place place : all) {
                    records.add(
                            new SRVRecord(
                                    name,
                                    DClass.IN,
                                    TTL_SECONDS,
                                    0,
                                    WEIGHT,
                                    place.port(),
                                    name(place.name())));
                }
            }
            case Meaning.Text(String line) ->
                    records.add(new TXTRecord(name, DClass.IN, TTL_SECONDS, line));
        }
        if (text(name).equalsIgnoreCase(zone.get().domain())) {
            records.add(authority());
        }
        return records;
    }

    private static void addAddresses(Message answer, List<Meaning.Place> places)
            throws TextParseException {
        for (Meaning.Place place : places) {
            Record record = address(name(place.name()), place.address());
            if (!answer.findRecord(record, Section.ADDITIONAL)) {
                answer.addRecord(record, Section.ADDITIONAL);
            }
        }
    }

    private static Record address(Name name, String address) {
        return new ARecord(name, DClass.IN, TTL_SECONDS, InetAddress.ofLiteral(address));
    }

    private Record authority() throws TextParseException {
        String domain = zone.get().domain();
        return new SOARecord(
                name(domain),
                DClass.IN,
                TTL_SECONDS,
                name("ns.dns." + domain),
                name("hostmaster." + domain),
                1,
                REFRESH_SECONDS,
                RETRY_SECONDS,
                EXPIRE_SECONDS,
                TTL_SECONDS);
    }

    private static Name name(String text) throws TextParseException {
        return Name.fromString(text, Name.root);
    }

    private static String text(Name name) {
        return name.toString(true);
    }
}
