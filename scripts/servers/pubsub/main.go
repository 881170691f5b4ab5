// A Pub/Sub server in memory on loopback: Google's own pstest, whose exactly-once subscriptions refuse acknowledgements that are too late.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1; 0 takes a free one")
	flag.Parse()
	deliveries := &deliveries{exactlyOnce: map[string]bool{}, over: map[string]bool{}, until: map[string]time.Time{}}
	server := pstest.NewServerWithAddress(
		fmt.Sprintf("127.0.0.1:%d", *port),
		pstest.ServerReactorOption{FuncName: "CreateSubscription", Reactor: reaction(deliveries.created)},
		pstest.ServerReactorOption{FuncName: "ModifyAckDeadline", Reactor: reaction(deliveries.extended)},
		pstest.ServerReactorOption{FuncName: "Acknowledge", Reactor: reaction(deliveries.acknowledged)},
	)
	log.Printf("listens on %s", server.Addr)
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	<-told
	server.Close()
}

// reaction looks at a request before pstest does. An error is the answer; without one pstest goes on.
type reaction func(request any) error

func (react reaction) React(request any) (bool, any, error) {
	err := react(request)
	switch request.(type) {
	case *pb.Subscription:
		return false, &pb.Subscription{}, err
	default:
		return false, &emptypb.Empty{}, err
	}
}

// deliveries remembers which ack ids of exactly-once subscriptions are no longer good: pstest ignores those, the service answers with an error.
// pstest calls reactions one at a time, under its own lock.
type deliveries struct {
	exactlyOnce map[string]bool
	over        map[string]bool
	until       map[string]time.Time
}

func (d *deliveries) created(request any) error {
	subscription := request.(*pb.Subscription)
	d.exactlyOnce[subscription.Name] = subscription.EnableExactlyOnceDelivery
	return nil
}

func (d *deliveries) extended(request any) error {
	extension := request.(*pb.ModifyAckDeadlineRequest)
	if !d.exactlyOnce[extension.Subscription] {
		return nil
	}
	if err := d.refuse(extension.Subscription, extension.AckIds); err != nil {
		return err
	}
	for _, id := range extension.AckIds {
		key := extension.Subscription + " " + id
		d.until[key] = time.Now().Add(time.Duration(extension.AckDeadlineSeconds) * time.Second)
		d.over[key] = extension.AckDeadlineSeconds == 0
	}
	return nil
}

func (d *deliveries) acknowledged(request any) error {
	acknowledgement := request.(*pb.AcknowledgeRequest)
	if !d.exactlyOnce[acknowledgement.Subscription] {
		return nil
	}
	if err := d.refuse(acknowledgement.Subscription, acknowledgement.AckIds); err != nil {
		return err
	}
	for _, id := range acknowledgement.AckIds {
		d.over[acknowledgement.Subscription+" "+id] = true
	}
	return nil
}

// refuse says which ids are no longer good; the others of the request may be sent again.
func (d *deliveries) refuse(subscription string, ids []string) error {
	reasons := map[string]string{}
	refused := false
	for _, id := range ids {
		key := subscription + " " + id
		until, known := d.until[key]
		if d.over[key] || (known && time.Now().After(until)) {
			reasons[id] = "PERMANENT_FAILURE_INVALID_ACK_ID"
			refused = true
		} else {
			reasons[id] = "TRANSIENT_FAILURE_OTHER_ACK_ID"
		}
	}
	if !refused {
		return nil
	}
	answer, err := status.New(codes.FailedPrecondition, "some acknowledgement ids are no longer good").
		WithDetails(&errdetails.ErrorInfo{Reason: "ACK_ID", Domain: "pubsub.googleapis.com", Metadata: reasons})
	if err != nil {
		return err
	}
	return answer.Err()
}
