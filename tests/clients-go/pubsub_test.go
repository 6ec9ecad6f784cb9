package clients

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A topic with a subscription to it.
type pair struct {
	*pubsub.Client
	topic, subscription string
}

func newPair(t *testing.T, name string, settings *pubsubpb.Subscription) (context.Context, pair) {
	ctx := patience(t)
	client := must(pubsub.NewClient(ctx, project))
	t.Cleanup(func() { client.Close() })
	made := pair{client, fmt.Sprintf("projects/%s/topics/%s", project, name), fmt.Sprintf("projects/%s/subscriptions/%s", project, name)}
	must(client.TopicAdminClient.CreateTopic(ctx, &pubsubpb.Topic{Name: made.topic}))
	settings.Name, settings.Topic = made.subscription, made.topic
	must(client.SubscriptionAdminClient.CreateSubscription(ctx, settings))
	return ctx, made
}

// Receives until `take` has said yes `count` times.
func (pair pair) receive(ctx context.Context, count int, take func(*pubsub.Message) bool) error {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	var lock sync.Mutex
	return pair.Subscriber(pair.subscription).Receive(ctx, func(_ context.Context, message *pubsub.Message) {
		lock.Lock()
		defer lock.Unlock()
		if take(message) {
			if count--; count == 0 {
				enough()
			}
		}
	})
}

func TestTopicsAndSubscriptionsAreResources(t *testing.T) {
	ctx, pair := newPair(t, "resources", &pubsubpb.Subscription{})
	_, err := pair.TopicAdminClient.CreateTopic(ctx, &pubsubpb.Topic{Name: pair.topic})
	refused(t, err, codes.AlreadyExists)
	topic := must(pair.TopicAdminClient.UpdateTopic(ctx, &pubsubpb.UpdateTopicRequest{
		Topic: &pubsubpb.Topic{Name: pair.topic, Labels: map[string]string{"a": "b"}}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"labels"}},
	}))
	equal(t, topic.Labels, map[string]string{"a": "b"})
	subscription := must(pair.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: pair.subscription}))
	equal(t, []any{subscription.AckDeadlineSeconds, subscription.MessageRetentionDuration.Seconds}, []any{int32(10), int64(604800)})
	ok(t, pair.TopicAdminClient.DeleteTopic(ctx, &pubsubpb.DeleteTopicRequest{Topic: pair.topic}))
	_, err = pair.Publisher(pair.topic).Publish(ctx, &pubsub.Message{Data: []byte("x")}).Get(ctx)
	refused(t, err, codes.NotFound)
}

func TestMessagesOfAKeyArriveInOrder(t *testing.T) {
	ctx, pair := newPair(t, "ordered", &pubsubpb.Subscription{EnableMessageOrdering: true})
	publisher := pair.Publisher(pair.topic)
	publisher.EnableMessageOrdering = true
	var results []*pubsub.PublishResult
	for n := range 300 {
		message := pubsub.Message{Data: []byte{byte(n / 3)}, OrderingKey: fmt.Sprint("key", n%3), Attributes: map[string]string{"n": fmt.Sprint(n)}}
		results = append(results, publisher.Publish(ctx, &message))
	}
	for _, result := range results {
		must(result.Get(ctx))
	}
	seen := map[string][]byte{}
	ok(t, pair.receive(ctx, 300, func(message *pubsub.Message) bool {
		message.Ack()
		seen[message.OrderingKey] = append(seen[message.OrderingKey], message.Data...)
		return true
	}))
	for key, order := range seen {
		if !slices.IsSorted(order) || len(order) != 100 {
			t.Fatal(key, order)
		}
	}
	bad := publisher.Publish(ctx, &pubsub.Message{Data: []byte("x"), OrderingKey: "key0", Attributes: map[string]string{string(make([]byte, 300)): "v"}})
	_, err := bad.Get(ctx)
	refused(t, err, codes.InvalidArgument)
	if _, err = publisher.Publish(ctx, &pubsub.Message{Data: []byte("x"), OrderingKey: "key0"}).Get(ctx); err == nil {
		t.Fatal("a key whose publishing failed waits")
	}
	publisher.ResumePublish("key0")
	must(publisher.Publish(ctx, &pubsub.Message{Data: []byte("x"), OrderingKey: "key0"}).Get(ctx))
}

func TestLargeMessagesAndFilters(t *testing.T) {
	ctx, pair := newPair(t, "large", &pubsubpb.Subscription{Filter: `attributes.kind = "wanted"`})
	publisher := pair.Publisher(pair.topic)
	data := bytes.Repeat([]byte("x"), 9_900_000)
	for _, kind := range []string{"other", "wanted"} {
		must(publisher.Publish(ctx, &pubsub.Message{Data: data, Attributes: map[string]string{"kind": kind}}).Get(ctx))
	}
	ok(t, pair.receive(ctx, 1, func(message *pubsub.Message) bool {
		message.Ack()
		return bytes.Equal(message.Data, data) && message.Attributes["kind"] == "wanted"
	}))
}

func TestDeadLettersComeAfterTheirAttempts(t *testing.T) {
	ctx, letters := newPair(t, "letters", &pubsubpb.Subscription{})
	policy := pubsubpb.DeadLetterPolicy{DeadLetterTopic: letters.topic, MaxDeliveryAttempts: 5}
	_, pair := newPair(t, "poisoned", &pubsubpb.Subscription{DeadLetterPolicy: &policy})
	must(pair.Publisher(pair.topic).Publish(ctx, &pubsub.Message{Data: []byte("poison")}).Get(ctx))
	var attempts []int
	ok(t, pair.receive(ctx, 5, func(message *pubsub.Message) bool {
		attempts = append(attempts, *message.DeliveryAttempt)
		message.Nack()
		return true
	}))
	equal(t, attempts, []int{1, 2, 3, 4, 5})
	ok(t, letters.receive(ctx, 1, func(message *pubsub.Message) bool {
		message.Ack()
		return string(message.Data) == "poison" && message.Attributes["CloudPubSubDeadLetterSourceDeliveryCount"] == "5"
	}))
}

func TestExactlyOnceAnswersEveryAcknowledgement(t *testing.T) {
	ctx, pair := newPair(t, "exactly", &pubsubpb.Subscription{EnableExactlyOnceDelivery: true})
	must(pair.Publisher(pair.topic).Publish(ctx, &pubsub.Message{Data: []byte("once")}).Get(ctx))
	answers := make(chan *pubsub.AckResult, 1)
	receiving, enough := context.WithCancel(ctx)
	go func() {
		if answer, err := (<-answers).Get(ctx); err != nil || answer != pubsub.AcknowledgeStatusSuccess {
			t.Error(answer, err)
		}
		enough()
	}()
	ok(t, pair.Subscriber(pair.subscription).Receive(receiving, func(_ context.Context, message *pubsub.Message) { answers <- message.AckWithResult() }))
}

func TestASubscriptionGoesBackInTime(t *testing.T) {
	ctx, pair := newPair(t, "sought", &pubsubpb.Subscription{RetainAckedMessages: true})
	must(pair.Publisher(pair.topic).Publish(ctx, &pubsub.Message{Data: []byte("again")}).Get(ctx))
	take := func(message *pubsub.Message) bool { message.Ack(); return true }
	ok(t, pair.receive(ctx, 1, take))
	past := &pubsubpb.SeekRequest_Time{Time: timestamppb.New(time.Now().Add(-time.Minute))}
	must(pair.SubscriptionAdminClient.Seek(ctx, &pubsubpb.SeekRequest{Subscription: pair.subscription, Target: past}))
	ok(t, pair.receive(ctx, 1, take))
	snapshot := fmt.Sprintf("projects/%s/snapshots/then", project)
	must(pair.SubscriptionAdminClient.CreateSnapshot(ctx, &pubsubpb.CreateSnapshotRequest{Name: snapshot, Subscription: pair.subscription}))
	must(pair.Publisher(pair.topic).Publish(ctx, &pubsub.Message{Data: []byte("later")}).Get(ctx))
	ok(t, pair.receive(ctx, 1, take))
	must(pair.SubscriptionAdminClient.Seek(ctx, &pubsubpb.SeekRequest{Subscription: pair.subscription, Target: &pubsubpb.SeekRequest_Snapshot{Snapshot: snapshot}}))
	ok(t, pair.receive(ctx, 1, func(message *pubsub.Message) bool { message.Ack(); return string(message.Data) == "later" }))
}
