From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain bias_decoupling.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The functional form with biases in the variables (dW_l, beta_l), for any     *)
(* moments G = sum of (x - mean) delta^T and g = sum of delta^T; the directions *)
(* that do not change the output; and the first step of the lower bound: rows   *)
(* of the dW_l behind a layer m pair with the changes of the mean activations.  *)
Section CoreForm.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (L : nat) (G : 'M[R]_(M 0%N, M L)) (g : 'rV[R]_(M L)).

(* (dW_l, beta_l)                                                               *)
Definition parts : Type :=
  ((forall i, 'M[R]_(M i.+1, M i)) * (forall i, 'cV[R]_(M i.+1)))%type.
Implicit Types (U V : parts) (A B : forall i, 'M[R]_(M i.+1, M i)).

(* The functional form with biases, in the variables (dW_l, beta_l). *)
Definition core_form U V : R :=
  \tr (G *m d2_chain W U.1 V.1 0 L) + (g *m mean_change2 W U.1 U.2 V.1 V.2 L) 0 0.

(* The output does not change to first order.                                   *)
Definition silent U : Prop := d_chain W U.1 0 L = 0 /\ mean_change W U.2 L = 0.

(* The values of the form at pairs of directions. *)
Definition gram n k (U : 'I_n -> parts) (V : 'I_k -> parts) : 'M[R]_(n, k) :=
  \matrix_(i, j) core_form (U i) (V j).

(* Directions in the means only, and in the weights only. *)
Definition no_weights (i : nat) : 'M[R]_(M i.+1, M i) := 0.
Definition no_means (i : nat) : 'cV[R]_(M i.+1) := 0.

Lemma mean_change2_sym A beta B beta' k :
  mean_change2 W A beta B beta' k = mean_change2 W B beta' A beta k.
Proof. by elim: k => //= k ->; rewrite [X in X + _]addrC. Qed.

Lemma core_form_sym U V : core_form U V = core_form V U.
Proof. by rewrite /core_form d2_chain_sym mean_change2_sym. Qed.

Lemma mean_change0 k : mean_change W no_means k = 0.
Proof. by elim: k => //= k ->; rewrite mulmx0 addr0. Qed.

Lemma d_chain0 k : d_chain W no_weights 0 k = 0.
Proof.
by elim: k => [|k IH]; rewrite ?d_chain_id // d_chain_S // IH mul0mx mulmx0 addr0.
Qed.

Lemma d2_chain0 A k : d2_chain W A no_weights 0 k = 0.
Proof.
elim: k => [|k IH]; rewrite ?d2_chain_id // d2_chain_S // IH d_chain0 !mulmx0 mul0mx.
by rewrite !addr0.
Qed.

Lemma mean_change2_weights A B k : mean_change2 W A no_means B no_means k = 0.
Proof. by elim: k => //= k ->; rewrite mean_change0 !mulmx0 !addr0. Qed.

Lemma mean_change2_means beta beta' k : mean_change2 W no_weights beta no_weights beta' k = 0.
Proof. by elim: k => //= k ->; rewrite !mul0mx mulmx0 !addr0. Qed.

Lemma mean_change2_sum A beta k :
  mean_change2 W A no_means no_weights beta k
  = \sum_(l < k) chain W l.+1 k *m A l *m mean_change W beta l.
Proof.
elim: k => [|k IH]; first by rewrite big_ord0.
rewrite big_ord_recr /= chain_id mul1mx IH mul0mx addr0 addrC mulmx_sumr.
congr (_ + _); apply: eq_bigr => l _.
by rewrite chain_S // !mulmxA.
Qed.
End CoreForm.

(* h_l are vectors behind layer m that W passes on and that g reads.            *)
Section Pairing.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (L : nat) (G : 'M[R]_(M 0%N, M L)) (g : 'rV[R]_(M L)).
Variables (m : nat) (h : forall l, 'cV[R]_(M l)).
Hypothesis mL : (m < L)%N.
Hypothesis passed : forall l, (m < l)%N -> (l < L)%N -> W l *m h l = h l.+1.
Hypothesis read : g *m h L = 1%:M.

(* The hidden layers behind m.                                                  *)
Definition behind (l : 'I_L) : nat := if (m < l)%N then M l else 0%N.
Notation n := (\sum_(l < L) behind l)%N.
Implicit Types u v : 'rV[R]_n.

Definition part u (l : nat) : 'rV[R]_(M l) :=
  match @eqP _ (l < L)%N true with
  | ReflectT lL => submxrow u (Ordinal lL) *m pid_mx (M l)
  | ReflectF _ => 0
  end.

Lemma part_ord u (l : 'I_L) : part u l = submxrow u l *m pid_mx (M l).
Proof.
by case: l => l lL; rewrite /part; case: eqP => // lL'; rewrite (bool_irrelevance lL lL').
Qed.

Lemma part_before u l : (l <= m)%N -> part u l = 0.
Proof.
move=> lm; rewrite /part; case: eqP => // lL.
have : behind (Ordinal lL) = 0%N by rewrite /behind /= ltnNge lm.
move: (submxrow u _); move: (behind _) => k x k0; subst k.
by rewrite (flatmx0 (pid_mx _)) mulmx0.
Qed.

Lemma part_after u l : (L <= l)%N -> part u l = 0.
Proof. by move=> Ll; rewrite /part; case: eqP => // lL; exfalso; move: lL; rewrite ltnNge Ll. Qed.

Lemma part_dot u v : \sum_(l < L) part u l *m (part v l)^T = u *m v^T.
Proof.
rewrite -[in RHS](submxrowK u) -[in RHS](submxrowK v) tr_mxrow mul_mxrow_mxcol.
apply: eq_bigr => l _; rewrite !part_ord trmx_mul mulmxA -[_ *m _ *m (pid_mx _)^T]mulmxA tr_pid_mx.
have bl : (behind l <= M l)%N by rewrite /behind; case: ifP.
rewrite mul_pid_mx !minnn -pid_mx_minv (minn_idPl bl) pid_mx_1 mulmx1.
by congr (_ *m _); rewrite -tr_submxrow.
Qed.

(* The rows u_l of layers behind m, with a change of layer m that makes up for  *)
(* what they do to the output.                                                  *)
Definition row_of u (l : nat) : 'rV[R]_(M l) :=
  if l == m then - \sum_(k < L) part u k *m chain W l k else part u l.
Definition rows u : parts R M := (fun l => h l.+1 *m row_of u l, @no_means R M).

(* The changes gamma_l of the mean activations behind m.                        *)
Definition means u : parts R M :=
  (@no_weights R M, fun l => (part u l.+1)^T - W l *m (part u l)^T).

Lemma mean_change_means u k : mean_change W (means u).2 k = (part u k)^T.
Proof.
elim: k => [|k IH] /=; first by rewrite part_before // trmx0.
by rewrite IH subrK.
Qed.

Lemma means_silent u : silent W L (means u).
Proof. by split; rewrite ?d_chain0 // mean_change_means part_after ?trmx0. Qed.

Lemma row_of_before u l : (l < m)%N -> row_of u l = 0.
Proof. by move=> lm; rewrite /row_of ltn_eqF // part_before // ltnW. Qed.

Lemma chain_passed l k : (m < l)%N -> (l <= k)%N -> (k <= L)%N -> chain W l k *m h l = h k.
Proof.
move=> ml; elim: k => [|k IH]; first by rewrite leqn0 => /eqP l0; rewrite l0 in ml.
rewrite leq_eqVlt => /orP[/eqP<- _|lk kL]; first by rewrite chain_id mul1mx.
rewrite chain_S // -mulmxA IH ?(ltnW kL) // passed //.
exact: leq_trans ml lk.
Qed.

Lemma chain_rows u l : (l < L)%N ->
  chain W l.+1 L *m (rows u).1 l = h L *m row_of u l.
Proof.
move=> lL; rewrite /= mulmxA; case: (ltnP l m) => lm; first by rewrite row_of_before ?mulmx0.
by rewrite chain_passed.
Qed.

Lemma rows_silent u : silent W L (rows u).
Proof.
split; last exact: mean_change0.
rewrite d_chain_sum // big_mkord.
under eq_bigr => l _ do rewrite chain_rows // -mulmxA.
rewrite -mulmx_sumr (bigD1 (Ordinal mL)) //= {1}/row_of eqxx mulNmx mulmx_suml.
rewrite [X in - X](bigD1 (Ordinal mL)) //= (part_before u (leqnn m)) !mul0mx add0r.
rewrite addrC [X in X - _](_ : _
    = \sum_(k < L | k != Ordinal mL) part u k *m chain W m k *m chain W 0 m).
  by rewrite subrr mulmx0.
apply: eq_bigr => k km; rewrite /row_of.
have -> : (k == m :> nat) = false by apply/negbTE.
case: (ltnP k m) => lt; first by rewrite part_before ?mul0mx // ltnW.
by rewrite -mulmxA -(chain_comp W (leq0n m) lt).
Qed.

(* Rows and means are paired by the scalar product.                             *)
Lemma core_rows_means u v : core_form W G g (rows u) (means v) = (u *m v^T) 0 0.
Proof.
rewrite /core_form d2_chain0 mulmx0 mxtrace0 add0r mean_change2_sum.
under eq_bigr => l _ do rewrite chain_rows // mean_change_means -mulmxA.
rewrite -mulmx_sumr mulmxA read mul1mx -part_dot; congr (fun_of_matrix _ 0 0).
apply: eq_bigr => l _; rewrite /row_of; case: eqP => // ->.
by rewrite part_before // trmx0 !mulmx0.
Qed.

Lemma core_weights_means A v :
    (forall l, (m < l)%N -> (l < L)%N -> g *m chain W l.+1 L *m A l = 0) ->
  core_form W G g (A, @no_means R M) (means v) = 0.
Proof.
move=> A0; rewrite /core_form d2_chain0 mulmx0 mxtrace0 add0r mean_change2_sum mulmx_sumr.
rewrite big1 ?mxE // => l _; rewrite mean_change_means.
case: (ltnP m l) => lm; last by rewrite part_before // trmx0 !mulmx0.
by rewrite !mulmxA A0 // mul0mx.
Qed.
End Pairing.
